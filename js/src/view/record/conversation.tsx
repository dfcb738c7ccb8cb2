import { useState } from "preact/hooks";
import type { MessageView, ScoreView } from "../../wire/wire";
import { count } from "../words";
import { beginning, MoreButton } from "./text";

/** Of a longer message as much is shown until more is wanted. */
const SHOWN_FIRST = 600;

/** A conversation with a model, message by message. */
export function Conversation({ messages }: { messages: MessageView[] }) {
  if (messages.length === 0) return <p class="dd-quiet">No messages.</p>;
  return (
    <ol class="dd-conversation">
      {messages.map((message, index) => (
        <Message key={index} {...message} />
      ))}
    </ol>
  );
}

function Message({ role, text, cut }: MessageView) {
  const [open, setOpen] = useState(false);
  const folds = text.length > SHOWN_FIRST * 1.5;
  const shown = folds && !open ? beginning(text, SHOWN_FIRST) : text;
  const more = text.length - shown.length;
  return (
    <li class={role === "assistant" ? "dd-message dd-message-answer" : "dd-message"}>
      <span class="dd-role">{role}</span>
      <p class="dd-text">
        {shown}
        {more > 0 && "…"}
      </p>
      {folds && (
        <MoreButton onClick={() => setOpen(!open)}>
          {open ? "Show less" : `Show more · ${count(more)} characters`}
        </MoreButton>
      )}
      {cut > 0 && more === 0 && <p class="dd-quiet">{count(cut)} characters more are in the dataset.</p>}
    </li>
  );
}

/** What a judge has given, and why. */
export function Scores({ scores }: { scores: ScoreView[] }) {
  return (
    <ul class="dd-scores">
      {scores.map(({ name, score, best, reasoning }, index) => (
        <li key={index}>
          {scores.length > 1 && <b class="dd-score-name">{name}</b>}
          <span class="dd-badge">
            <b>{score}</b>
            {best > 0 && ` of ${best}`}
          </span>
          <span class="dd-text">{reasoning}</span>
        </li>
      ))}
    </ul>
  );
}
