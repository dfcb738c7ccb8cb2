import { useMemo } from "preact/hooks";
import type { FieldView } from "../../wire/wire";
import { useRemembered } from "../memory";
import { count } from "../words";
import { Code, languageName } from "./code";
import { Conversation, Scores } from "./conversation";
import { CopyButton } from "./copy";
import { JsonTree } from "./json_tree";
import { readJson, writeJson } from "./json_value";
import { type LongText, type Place, useLongText } from "./long_text";
import { Markdown } from "./markdown";
import { Picture } from "./picture";
import { Missing, MoreButton, Text, Trouble } from "./text";

interface Props {
  field: FieldView;
  number: number;
  /** Where the rest of a long value is asked for; null where it cannot be. */
  place: Place | null;
}

/** A value in full, in the way that suits it; what has a form that is new is shown as its text. */
export function Value({ field, number, place }: Props) {
  const text = useLongText(field, place);
  switch (field.form) {
    case "null":
      return <p class="dd-quiet">No value</p>;
    case "pending":
      return <p class="dd-quiet">Not made yet</p>;
    case "number":
      return (
        <>
          <p class="dd-text">{field.text}</p>
          <Copy column={field.column} text={text.whole} />
        </>
      );
    case "judge":
      return (
        <>
          <Scores scores={field.scores} />
          <Copy column={field.column} text={() => asText(field)} />
        </>
      );
    case "trace":
      return (
        <>
          <Conversation messages={field.messages} />
          <Copy column={field.column} text={() => asText(field)} />
        </>
      );
    case "image":
      return <Picture text={field.text} column={field.column} number={number} />;
    case "code":
      return (
        <>
          <p class="dd-quiet dd-small">{languageName(field.language)}</p>
          <Code field={field} text={text} />
          <Copy column={field.column} text={text.whole} />
        </>
      );
    case "json":
      return <JsonValue field={field} text={text} />;
    default:
      return <TextValue field={field} text={text} />;
  }
}

const READINGS = ["Rendered", "Source"] as const;

function TextValue({ field, text }: { field: FieldView; text: LongText }) {
  const [reading, read] = useRemembered<string>(`markdown ${field.column}`, READINGS[0]);
  if (field.text === "") return <p class="dd-quiet">Empty text</p>;
  if (field.markdown.length === 0) {
    return (
      <>
        <Text text={text} column={field.column} />
        <Copy column={field.column} text={text.whole} />
      </>
    );
  }
  return (
    <>
      <div class="dd-value-bar">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame */}
        <span class="dd-switch" role="group" aria-label={`Show ${field.column} as`}>
          {READINGS.map((each) => (
            <button
              key={each}
              type="button"
              class="dd-small-button"
              aria-pressed={reading === each}
              onClick={() => read(each)}
            >
              {each}
            </button>
          ))}
        </span>
        <Copy column={field.column} text={text.whole} />
      </div>
      {reading === READINGS[1] ? (
        <Text text={text} column={field.column} />
      ) : (
        <>
          <Markdown nodes={field.markdown} column={field.column} />
          {field.cut > 0 && text.hasMore && (
            <MoreButton onClick={() => read(READINGS[1])}>
              {count(field.cut)} characters more, in the source
            </MoreButton>
          )}
          <Missing text={text} />
        </>
      )}
    </>
  );
}

function JsonValue({ field, text }: { field: FieldView; text: LongText }) {
  const json = useMemo(() => (text.cut === 0 ? readJson(text.text) : null), [text.text, text.cut]);
  if (json !== null) {
    return <JsonTree value={json} column={field.column} />;
  }
  return (
    <>
      {text.hasMore && (
        <MoreButton onClick={() => void text.whole().catch(() => undefined)} disabled={text.asking}>
          {text.asking ? "Asking for all of it…" : `Show all as a tree · ${count(text.cut)} characters more`}
        </MoreButton>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <section class="dd-code" tabIndex={0} aria-label={field.column}>
        <pre>{text.text}</pre>
      </section>
      <Missing text={text} />
      <Trouble text={text} />
    </>
  );
}

/** Copies all of a value, also what is not here yet. */
function Copy({ column, text }: { column: string; text: () => string | Promise<string> }) {
  return (
    <span class="dd-copy">
      <CopyButton label={`Copy ${column}`} text={text} />
    </span>
  );
}

/** All of a value as text, for a comparison. */
export function asText(field: FieldView): string {
  switch (field.form) {
    case "null":
      return "No value";
    case "pending":
      return "Not made yet";
    case "judge":
      return field.scores
        .map(
          ({ name, score, best, reasoning }) => `${name}: ${score}${best ? ` of ${best}` : ""}\n${reasoning}`,
        )
        .join("\n\n");
    case "trace":
      return field.messages.map(({ role, text }) => `${role}: ${text}`).join("\n\n");
    case "json": {
      const json = readJson(field.text);
      return json === null ? field.text : writeJson(json);
    }
    default:
      return field.text;
  }
}
