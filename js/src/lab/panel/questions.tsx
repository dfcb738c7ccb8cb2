import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useId } from "../../view/ids";

interface CancelProps {
  word: string;
  yes: () => void;
  no: () => void;
}

/** The focus goes to No, before the next key can come: an Enter too many harms nothing. */
export function CancelQuestion({ word, yes, no }: CancelProps) {
  const refusal = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => refusal.current?.focus(), []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame
    <span class="dd-question" role="group" aria-label={word}>
      <span>{word}</span>
      <button type="button" class="dd-button" onClick={yes}>
        Yes
      </button>
      <button type="button" class="dd-button" ref={refusal} onClick={no}>
        No
      </button>
    </span>
  );
}

interface FolderProps {
  initial: string;
  answer: (folder: string) => void;
  leave: () => void;
}

/** Where a download goes; Enter answers. */
export function FolderQuestion({ initial, answer, leave }: FolderProps) {
  const [folder, setFolder] = useState(initial);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  return (
    <form
      class="dd-jobs-folder"
      onSubmit={(event) => {
        event.preventDefault();
        const plain = folder.trim().replace(/^(?:\.\/)+|\/+$/g, "");
        if (plain) answer(plain);
      }}
    >
      <label for={id}>Into the folder</label>
      <input
        id={id}
        class="dd-input dd-mono"
        ref={field}
        value={folder}
        maxLength={1000}
        spellcheck={false}
        onInput={({ currentTarget }) => setFolder(currentTarget.value)}
      />
      <span class="dd-question">
        <button type="submit" class="dd-button dd-primary" aria-disabled={folder.trim() === ""}>
          Download
        </button>
        <button type="button" class="dd-button" onClick={leave}>
          Leave it
        </button>
      </span>
    </form>
  );
}
