import { useState } from "preact/hooks";
import type { BarView, ColumnProfileView } from "../../wire/wire";
import { count } from "../words";

/** Labels up to this length have room beneath their bars, if there are no more bars than that. */
const SHORT_LABEL = 4;
const FEW_BARS = 20;

/** The values of a column, drawn: a histogram where they have an order, else the most frequent ones; and in a line. */
export function Distribution({ column }: { column: ColumnProfileView }) {
  if (column.ordered && column.distribution.length > 0) return <Histogram column={column} />;
  return (
    <>
      {column.distribution.length > 0 && <Categories bars={column.distribution} />}
      {column.summary && (
        <p class="dd-quiet">
          <bdi>{column.summary}</bdi>
        </p>
      )}
    </>
  );
}

/**
 * Bars side by side. The one under the pointer, or chosen with the arrows, is told in words; whoever does not see
 * them reads all of them.
 */
function Histogram({ column: { name, summary, distribution: bars } }: { column: ColumnProfileView }) {
  const [at, setAt] = useState<number | null>(null);
  const told = at === null ? undefined : bars[at];
  const labelled = bars.length <= FEW_BARS && bars.every(({ label }) => label.length <= SHORT_LABEL);

  function press(event: KeyboardEvent) {
    const from = at ?? -1;
    const to = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: bars.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // the arrows have another meaning for the notebook
    setAt(Math.min(Math.max(to, 0), bars.length - 1));
  }
  return (
    <div class="dd-histogram">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame */}
      <div
        class="dd-histogram-bars"
        role="group"
        aria-label={`Distribution of ${name}, arrows tell each bar`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrows move in it
        tabIndex={0}
        onKeyDown={press}
        onMouseLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
      >
        {bars.map(({ label, share, count: height }, index) => (
          <span
            key={index}
            class={index === at ? "dd-histogram-bar dd-chosen" : "dd-histogram-bar"}
            aria-hidden="true"
            onMouseEnter={() => setAt(index)}
          >
            <span class="dd-histogram-room">
              {height > 0 && <span style={{ height: `${within(share) * 100}%` }} />}
            </span>
            {labelled && <small>{label}</small>}
          </span>
        ))}
      </div>
      <p class={told ? "dd-told" : "dd-quiet"}>
        {told ? <Told bar={told} /> : <bdi>{summary || "\u00a0"}</bdi>}
      </p>
      <span class="dd-unseen" aria-live="polite">
        {told && <Told bar={told} />}
      </span>
      <table class="dd-unseen">
        <caption>Distribution of {name}</caption>
        <tbody>
          {bars.map(({ label, count: height }, index) => (
            <tr key={index}>
              <th scope="row">{label}</th>
              <td>{count(height)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Told({ bar: { label, count: height } }: { bar: BarView }) {
  return (
    <>
      <bdi>{label}</bdi>: {count(height)} {height === 1 ? "record" : "records"}
    </>
  );
}

/** A line for each value, with its bar and how often it is there. */
function Categories({ bars }: { bars: BarView[] }) {
  return (
    <ul class="dd-categories">
      {bars.map(({ label, count: height, share }, index) => (
        <li key={index}>
          <span class="dd-cut" title={label}>
            {label === "" ? <span class="dd-quiet">empty text</span> : <bdi>{label}</bdi>}
          </span>
          <span class="dd-category-room" aria-hidden="true">
            <span style={{ width: `${within(share) * 100}%` }} />
          </span>
          <span class="dd-number">{count(height)}</span>
        </li>
      ))}
    </ul>
  );
}

const within = (share: number) => Math.min(1, Math.max(0, share));
