import { Empty, Prose, useAnswer, Waiting } from "../parts";
import type { Source } from "../source";
import { count } from "../words";

/** The records that are missing, and why. */
export function Failures({ version, failed, source }: { version: number; failed: number; source: Source }) {
  const answer = useAnswer((options) => source.ask({ op: "failures" }, options), [source, version, failed]);
  const { value } = answer;
  return (
    <>
      <Waiting answer={answer} />
      {value && value.failures.length === 0 && <Empty>No reason is known for what failed.</Empty>}
      {value && value.failures.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it can be scrolled by keyboard
        <section class="dd-failures" aria-label="Records that failed" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col" class="dd-number">
                  #
                </th>
                <th scope="col">Column</th>
                <th scope="col">Why it failed</th>
              </tr>
            </thead>
            <tbody>
              {value.failures.map(({ record, column, reason }, at) => (
                <tr key={`${record} ${column} ${at}`}>
                  <td class="dd-number dd-quiet">{count(record)}</td>
                  <td class="dd-mono">{column}</td>
                  <td>
                    <Prose text={reason} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {value.total > value.failures.length && (
            <p class="dd-quiet">{`The first ${count(value.failures.length)} of ${count(value.total)}.`}</p>
          )}
        </section>
      )}
    </>
  );
}
