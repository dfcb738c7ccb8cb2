import { useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  question: string;
  yes: () => void;
  no: () => void;
}

/** Asked before something is ended. The focus goes to No, before the next key can come: an Enter too many harms nothing. */
export function YesOrNo({ question, yes, no }: Props) {
  const refusal = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => refusal.current?.focus(), []);
  function leave(event: KeyboardEvent) {
    if (event.key !== "Escape") return;
    event.stopPropagation(); // it has another meaning for what is around
    no();
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame
    <span class="dd-question" role="group" aria-label={question} onKeyDown={leave}>
      <span>{question}</span>
      <button type="button" class="dd-button" onClick={yes}>
        Yes
      </button>
      <button type="button" class="dd-button" ref={refusal} onClick={no}>
        No
      </button>
    </span>
  );
}
