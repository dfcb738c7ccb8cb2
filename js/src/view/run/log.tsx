import { useEffect, useRef, useState } from "preact/hooks";
import type { LogLineView, LogView } from "../../wire/wire";
import { Empty, useAnswer, Waiting } from "../parts";
import type { Source } from "../source";
import { count } from "../words";

/** As many lines as are kept in the page, the newest ones. */
const KEPT = 2000;

/** How far from the bottom, in pixels, still counts as there. */
const AT_THE_BOTTOM = 24;

type Line = LogLineView & { number: number };

/** The log. It follows the newest line until someone scrolls up, and again when they come back down. */
export function Log({ source }: { source: Source }) {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [held, hold] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const answer = useAnswer((options) => source.ask({ op: "log", after: 0 }, options), [source]);

  useEffect(() => source.hear("log", (told) => setLines((before) => joined(before, told))), [source]);
  useEffect(() => {
    if (answer.value) setLines((before) => joined(before, answer.value as LogView));
  }, [answer.value]);
  // With each new line the last one is brought in sight.
  useEffect(() => {
    if (!held && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, held]);

  if (lines.length === 0) {
    return answer.value ? <Empty>Nothing was logged so far.</Empty> : <Waiting answer={answer} />;
  }
  function scrolled({ currentTarget }: { currentTarget: HTMLDivElement }) {
    const { scrollTop, clientHeight, scrollHeight } = currentTarget;
    hold(scrollHeight - clientHeight - scrollTop > AT_THE_BOTTOM);
  }
  const missing = lines[0]?.number ?? 0;

  return (
    <div class="dd-log-frame">
      <div
        class="dd-log"
        role="log"
        aria-label="Log"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it can be scrolled by keyboard
        tabIndex={0}
        ref={box}
        onScroll={scrolled}
      >
        {missing > 0 && (
          <p class="dd-quiet dd-log-cut">The first {count(missing)} lines are not kept here.</p>
        )}
        {lines.map(({ number, time, level, text, cut }) => (
          <p key={number} class={`dd-mono dd-line-${level}`}>
            <span class="dd-quiet">{time}</span>
            <span>
              {text}
              {cut > 0 && <span class="dd-quiet"> … {count(cut)} characters more</span>}
            </span>
          </p>
        ))}
      </div>
      {held && (
        <button type="button" class="dd-button dd-log-follow" onClick={() => hold(false)}>
          Follow the log ↓
        </button>
      )}
    </div>
  );
}

/** The lines, and those that were told, in their order: some come twice, and some before older ones. */
function joined(before: readonly Line[], told: LogView): readonly Line[] {
  const known = new Set(before.map(({ number }) => number));
  const news = told.lines
    .map((line, index) => ({ ...line, number: told.first + index }))
    .filter(({ number }) => !known.has(number));
  if (news.length === 0) return before;
  return [...before, ...news].sort((one, other) => one.number - other.number).slice(-KEPT);
}
