/** Help while one types: options of our magics, and the keys and values of configurations in YAML and JSON. */
import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry,
  IEditorLanguageRegistry,
} from "@jupyterlab/codemirror";
import { ICompletionProviderManager } from "@jupyterlab/completer";
import { checked } from "./editor";
import { Provider } from "./provider";

export const editing: JupyterFrontEndPlugin<void> = {
  id: "dd-jupyter:editing",
  description:
    "Completion in lines of dd_jupyter's magics, completion and checks in its YAML and JSON cells.",
  autoStart: true,
  optional: [ICompletionProviderManager, IEditorExtensionRegistry, IEditorLanguageRegistry],
  activate: (
    _app,
    completers: ICompletionProviderManager | null,
    extensions: IEditorExtensionRegistry | null,
    languages: IEditorLanguageRegistry | null,
  ) => {
    completers?.registerProvider(new Provider());
    extensions?.addExtension({
      name: "dd-jupyter:configuration",
      factory: ({ inline }) =>
        inline ? EditorExtensionRegistry.createImmutableExtension(checked(languages)) : null,
    });
  },
};
