import { Empty, useAnswer, Waiting } from "../parts";
import type { Source } from "../source";
import { Checklist } from "./checklist";
import { ResourceTable } from "./table";

/** What the configuration of a run depends on, as it was found before the run. */
export function Resources({ source }: { source: Source }) {
  const answer = useAnswer((options) => source.ask({ op: "resources" }, options), [source]);
  const report = answer.value?.report;
  if (report === null) return <Empty>Nothing was looked up before this run.</Empty>;
  return (
    <>
      <Waiting answer={answer} />
      {report && (
        <>
          <ResourceTable report={report} />
          <Checklist report={report} />
        </>
      )}
    </>
  );
}
