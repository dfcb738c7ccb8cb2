import type { Wire } from "../wire/wire";
import { CompareView } from "./compare/compare";
import { Report } from "./report/report";
import { RunView } from "./run/run";
import type { Source } from "./source";
import { SubmitView } from "./submit/submit";
import { DataFrameView } from "./table/table";

export interface ViewProps {
  live: Wire["live"];
  /** When it came, in milliseconds. */
  heardAt: number;
  source: Source;
}

/** Whatever is shown. */
export function View({ live, heardAt, source }: ViewProps) {
  switch (live.view) {
    case "run":
      return <RunView live={live} heardAt={heardAt} source={source} />;
    case "submit":
      return <SubmitView live={live} source={source} />;
    case "report":
      return <Report live={live} heardAt={heardAt} source={source} />;
    case "compare":
      return <CompareView live={live} source={source} />;
    case "table":
      return <DataFrameView live={live} source={source} />;
    default:
      return null;
  }
}
