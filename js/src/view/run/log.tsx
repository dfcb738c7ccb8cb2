import { useEffect, useState } from "preact/hooks";
import type { LogLineView } from "../../wire/wire";
import type { Source } from "../source";

/** The log, the newest line at the bottom; scrolled up it stays where it is. */
export function Log({ source }: { source: Source }) {
  const [lines, setLines] = useState<readonly LogLineView[]>([]);
  useEffect(() => source.hear("log", (told) => setLines((before) => [...before, ...told.lines])), [source]);
  if (lines.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it can be scrolled by keyboard
    <div class="dd-log" role="log" aria-label="Log" aria-live="off" tabIndex={0}>
      <div>
        {lines.map(({ time, level, text }, index) => (
          <p key={`${time} ${index}`} class={`dd-mono dd-line-${level}`}>
            <span class="dd-quiet">{time}</span>
            <span>{text}</span>
          </p>
        ))}
      </div>
    </div>
  );
}
