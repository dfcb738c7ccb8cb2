import { useState } from "preact/hooks";
import type { FindingView, LookUpView, ResourceView } from "../../wire/wire";
import { Prose } from "../parts";

/** What the configuration depends on, in the chosen place: what needs a look, and on request the rest. */
export function Found({ found }: { found: LookUpView }) {
  const [all, showAll] = useState(false);
  const rows = found.report.resources.flatMap((resource) => {
    const finding = resource.findings[0];
    return finding ? [{ resource, finding }] : [];
  });
  const troubled = rows.filter(({ finding }) => TROUBLE.has(finding.status.tone));
  const shown = all ? rows : troubled;
  return (
    <>
      {shown.length > 0 && (
        <ul class="dd-form-found">
          {shown.map((row) => (
            <Line key={`${row.resource.kind} ${row.resource.name}`} {...row} />
          ))}
        </ul>
      )}
      {troubled.length < rows.length && (
        <button type="button" class="dd-link" aria-expanded={all} onClick={() => showAll(!all)}>
          {all ? "Show less" : `Show all ${rows.length}`}
        </button>
      )}
    </>
  );
}

const TROUBLE = new Set(["failed", "warning"]);

function Line({ resource, finding }: { resource: ResourceView; finding: FindingView }) {
  const { status, text } = finding;
  return (
    <li>
      <span class={`dd-${status.tone}`} role="img" aria-label={status.text}>
        {status.mark}
      </span>
      <span>
        {resource.kind}
        {resource.name && <code class="dd-mono"> {resource.name}</code>}
      </span>
      <span class="dd-quiet">
        <Prose text={text || status.text} />
      </span>
    </li>
  );
}
