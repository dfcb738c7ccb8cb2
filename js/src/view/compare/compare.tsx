import { useMemo } from "preact/hooks";
import type { LiveCompareView, SideView, StatusView } from "../../wire/wire";
import { useRemembered } from "../memory";
import { Chip, Notice, useAnswer, Waiting } from "../parts";
import type { Source } from "../source";
import { Records } from "../table/records";
import { count } from "../words";
import { ChangedColumns } from "./changed_columns";
import { ChangedSettings } from "./changed_settings";
import { pairCell } from "./pair_cell";
import { asFilters, differs, usualWhich, type Which, WhichRecords } from "./which_records";

interface Props {
  live: LiveCompareView;
  source: Source;
}

/** Two previews: what is made otherwise, which columns differ, and the records side by side. */
export function CompareView({ live, source }: Props) {
  const { before, after, table, columns } = live;
  const names = { before: before.name, after: after.name };
  const [which, choose] = useRemembered<Which>("which", usualWhich(live));
  const answer = useAnswer((options) => source.ask({ op: "changes" }, options), [source, table.version]);
  const given = useMemo(() => asFilters(which), [which]);
  const label = `Compare ${before.name} with ${after.name}`;
  return (
    <section class="dd-view dd-compare" aria-label={label}>
      <header class="dd-head">
        <b>Compare</b>
        <Side {...before} />
        <span class="dd-quiet" aria-hidden="true">
          →
        </span>
        <Side {...after} />
        <span class="dd-space" />
        <Chip {...status(live)} />
      </header>
      {live.notices.map((notice) => (
        <Notice key={notice.text} {...notice} />
      ))}
      <ChangedColumns
        columns={columns}
        compared={live.compared}
        changes={answer.value}
        chosen={which.show === "column" ? which.column : ""}
        choose={(column) => choose(column ? { show: "column", column } : { show: "changed" })}
        names={names}
      />
      <Waiting answer={answer} />
      {answer.value && <ChangedSettings settings={answer.value.settings} />}
      {differs(live) && <WhichRecords live={live} which={which} choose={choose} />}
      <Records
        table={table}
        failed={0}
        source={source}
        label={label}
        draw={pairCell}
        given={given}
        sides={names}
      />
    </section>
  );
}

function Side({ name, records, where }: SideView) {
  return (
    <span class="dd-compared">
      <code class="dd-mono dd-cut">{name}</code>{" "}
      <span class="dd-quiet">
        {count(records)} {records === 1 ? "record" : "records"}
        {where && ` · ${where}`}
      </span>
    </span>
  );
}

/** As in dd_jupyter/display/compare/compare_view.py. */
function status({ compared, changed }: LiveCompareView): StatusView {
  if (compared === 0) return { mark: "▲", text: "No record in common", tone: "warning" };
  if (changed === 0) {
    const text = compared === 1 ? "The record is the same" : `All ${count(compared)} records are the same`;
    return { mark: "✓", text, tone: "completed" };
  }
  const records = compared === 1 ? "record differs" : "records differ";
  return { mark: "≠", text: `${count(changed)} of ${count(compared)} ${records}`, tone: "running" };
}
