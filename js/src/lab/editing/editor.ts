/** Looks at the first line of each cell, and has those with a configuration checked. */
import { indentUnit } from "@codemirror/language";
import { Compartment, type Extension, Prec } from "@codemirror/state";
import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { IEditorLanguageRegistry } from "@jupyterlab/codemirror";
import { addStyles } from "../../widget/styles";
import { configurationIn, type Format } from "./cell";
import { configurationSchema, configurations } from "./help";

/** A first line is no longer than this, nor are the empty ones before it. */
const BEGINNING = 1000;
const MIME: Record<Format, string> = { yaml: "text/x-yaml", json: "application/json" };

/** For an editor of a cell: nothing, until its first line says that it holds a configuration. */
export function checked(languages: IEditorLanguageRegistry | null): Extension {
  const help = new Compartment();

  class Look implements PluginValue {
    #format: Format | undefined;
    #gone = false;

    constructor(readonly view: EditorView) {
      this.#look();
    }

    update({ docChanged }: ViewUpdate): void {
      if (docChanged) this.#look();
    }

    destroy(): void {
      this.#gone = true;
    }

    #look(): void {
      const format = configurationIn(this.view.state.sliceDoc(0, BEGINNING))?.format;
      if (format === this.#format) return;
      this.#format = format;
      void this.#change(format).catch((error: unknown) =>
        console.warn("dd-jupyter: no help with this cell", error),
      );
    }

    async #change(format: Format | undefined): Promise<void> {
      const extension = await this.#help(format); // never at once: the editor is being changed
      if (this.#gone || this.#format !== format) return;
      addStyles(this.view.dom);
      this.view.dispatch({ effects: help.reconfigure(extension) });
    }

    async #help(format: Format | undefined): Promise<Extension> {
      if (!format) return [];
      void configurationSchema(); // takes the server a second, the first time
      const [{ checks }, language] = await Promise.all([configurations(), this.#language(format)]);
      return [
        language,
        Prec.highest(indentUnit.of("  ")),
        EditorView.editorAttributes.of({ class: "dd-checked" }),
        checks(configurationSchema),
      ];
    }

    /** The colours of the format, in place of Python's. */
    async #language(format: Format): Promise<Extension> {
      const found = languages?.findByMIME(MIME[format]);
      const support = found?.support ?? (await found?.load?.());
      return support ? Prec.highest(support) : [];
    }
  }

  return [help.of([]), ViewPlugin.fromClass(Look)];
}
