/** What the panel can have JupyterLab do. */
import type { Listed } from "./listed";
import type { Place } from "./model";

export interface Acts {
  /** Shows it in a tab of its own, or the tab that it has. */
  open(run: Listed): void;
  /** The same, with its log in front. */
  openLog(run: Listed): void;
  /** The notebook that a job would be attached in; undefined while none is open. */
  notebook(): string | undefined;
  /** Rejects with a sentence. */
  attach(run: Listed): Promise<void>;
  openNotebook(path: string): void;
  /** Undefined where there is no file browser. */
  showFolder: ((folder: string) => void) | undefined;
  /** Looks at another place from now on, in this page and the next. */
  choose(place: Place): void;
}
