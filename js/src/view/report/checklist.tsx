import type { ReportView } from "../../wire/wire";
import { useRemembered } from "../memory";
import { Prose } from "../parts";

/** The questions to ask before moving between locations, folded until they are wanted. */
export function Checklist({ report: { checklist, checked, locations } }: { report: ReportView }) {
  const [open, setOpen] = useRemembered("checklist", false);
  if (checklist.length === 0) return null;
  return (
    <details class="dd-report-fold" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <b>Checklist</b> <span class="dd-quiet">{checked}</span>
      </summary>
      <table class="dd-report-checklist">
        <thead>
          <tr>
            <th scope="col">For moving between locations</th>
            {locations.map(({ location, label }) => (
              <th key={location} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {checklist.map(({ question, answers, note }) => (
            <tr key={question}>
              <th scope="row">
                <Prose text={question} />
                {note && (
                  <p class="dd-quiet">
                    <Prose text={note} />
                  </p>
                )}
              </th>
              {answers.map(({ mark, text, tone }, index) => (
                <td key={locations[index]?.location}>
                  <span class={`dd-${tone}`} aria-hidden="true">
                    {mark}
                  </span>
                  <span class="dd-unseen">{text}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
