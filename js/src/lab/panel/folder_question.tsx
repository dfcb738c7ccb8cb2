import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useId } from "../../view/ids";

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
