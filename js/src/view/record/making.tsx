import type { GeneratorView } from "../../wire/wire";
import { useAnswer, Waiting } from "../parts";
import type { Source } from "../source";
import { CopyButton } from "./copy";

/** How the configuration makes a column; asked for once, when it is first opened. */
export function Making({ column, source }: { column: string; source: Source }) {
  const answer = useAnswer<GeneratorView>(
    (options) => source.ask({ op: "generator", column }, options),
    [source, column],
  );
  return (
    <div class="dd-making">
      <Waiting answer={answer} />
      {answer.value && <Settings generator={answer.value} />}
    </div>
  );
}

function Settings({ generator: { column, settings } }: { generator: GeneratorView }) {
  if (settings.length === 0) return <p class="dd-quiet">The configuration says nothing of this column.</p>;
  return (
    <dl>
      {settings.map(({ name, text, code }, index) => (
        <div key={index} class={code ? "dd-setting dd-setting-code" : "dd-setting"}>
          <dt>
            {name}
            {code && <CopyButton label={`Copy ${name} of ${column}`} text={() => text} />}
          </dt>
          <dd>
            {code ? (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
              <pre tabIndex={0}>{text}</pre>
            ) : (
              text
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
