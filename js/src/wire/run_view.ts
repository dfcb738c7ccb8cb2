// Made from dd_jupyter/display/view_model.py by `make wire`; not to be edited. Schema 0ae4a104308231a7.

/**
 * A run, whole.
 *
 * Attributes:
 *     title: "Preview", "Create" or "Job".
 *     name: The variable, dataset or job it is for; "" where there is none.
 *     where: "run in this kernel" or "NeMo Services · workspace default".
 *     state: Where it stands.
 *     status: Of a job, what NeMo Services say of it, which is more than `state` tells; else None.
 *     stop: Whether the live view has a button that stops it, and whether that asks first.
 *     step: What it is busy with now; "" once it ended.
 *     elapsed_seconds: Since its start; final once it ended.
 *     progress: A bar a column, in the configuration's order.
 *     failed_records: Records given up on, which may be more than are listed in `failures`.
 *     facts: For the foot, left: tokens, records failed, seconds.
 *     forecast: For the foot, right: "1,000 records: about 9 min, 0.5 M tokens"; "" while unknown.
 *     way_on: For the foot: code to type next, each with its words.
 *     resources: What the configuration depends on, as it was found before the run; None where it was not looked up.
 */
export interface RunView {
  title: string;
  name: string;
  where: string;
  state: "running" | "completed" | "cancelled" | "failed";
  status: StatusView | null;
  stop: "stop" | "cancel" | "none";
  step: string;
  elapsed_seconds: number;
  notices: NoticeView[];
  progress: ColumnProgressView[];
  records: RecordsView | null;
  columns: ColumnProfileView[];
  failures: FailureView[];
  failed_records: number;
  log: LogLineView[];
  facts: FactView[];
  forecast: string;
  way_on: WayOnView[];
  resources: ReportView | null;
}
/**
 * How something stands, as a chip: a mark and a word, so that no colour has to be told apart.
 *
 * Attributes:
 *     tone: Which colour it has.
 */
export interface StatusView {
  mark: string;
  text: string;
  tone: "running" | "completed" | "cancelled" | "failed" | "waiting" | "warning";
}
/**
 * A sentence that matters now: an error with its way on, a provider that keeps us waiting.
 */
export interface NoticeView {
  level: "info" | "warning" | "error";
  text: string;
}
/**
 * A progress bar.
 *
 * Attributes:
 *     name: The column's name.
 *     kind: What makes it, in words: "sampler", "LLM text".
 *     rate: Records per second, None while unknown.
 *     seconds_left: None while unknown and once it is done.
 */
export interface ColumnProgressView {
  name: string;
  kind: string;
  done: number;
  total: number;
  failed: number;
  rate: number | null;
  seconds_left: number | null;
}
/**
 * The first records as a table; every row has a cell for each column.
 *
 * Attributes:
 *     total: Records there are in all; None where that is not known.
 *     expected: Records that were asked for.
 *     full: Some of the records in full, for reading.
 */
export interface RecordsView {
  columns: ColumnHeadView[];
  rows: CellView[][];
  total: number | null;
  expected: number;
  full: RecordView[];
}
/**
 * Head of one column of the table of records.
 *
 * Attributes:
 *     kind: What makes the column, "seed" and "LLM text" for two.
 *     detail: What more there is to say in a word, the model alias of an LLM column; else "".
 *     numeric: Whether its values align to the right.
 */
export interface ColumnHeadView {
  name: string;
  kind: string;
  detail: string;
  numeric: boolean;
}
/**
 * One value in the table, cut to a line.
 *
 * Attributes:
 *     text: The value in at most `CELL_CHARACTERS` characters on one line.
 *     form: What sort of value it is; "pending" if it is still to be made, with an empty text.
 *     note: A quiet word behind it, "of 5" of a judge's score; else "".
 */
export interface CellView {
  text: string;
  form: "pending" | "null" | "number" | "text" | "json" | "code" | "image" | "judge";
  note: string;
}
/**
 * One record in full. `number` counts from 1.
 */
export interface RecordView {
  number: number;
  fields: FieldView[];
}
/**
 * One value of a record shown in full.
 *
 * Attributes:
 *     column: The column's name.
 *     kind: What makes the column.
 *     form: How to show it: "text" wrapped, "json" and "code" as preformatted text, "image" as a
 *         picture, "judge" by its `scores`.
 *     text: The value; of an image a ``data:`` URI of a raster type, or where it cannot be shown, why.
 *     cut: Characters left out at the end of `text`.
 *     language: Of code, its language; else "".
 *     scores: Of a judge's answer, its scores.
 */
export interface FieldView {
  column: string;
  kind: string;
  form: "pending" | "null" | "number" | "text" | "json" | "code" | "image" | "judge";
  text: string;
  cut: number;
  language: string;
  scores: ScoreView[];
}
/**
 * One score of a judge column.
 *
 * Attributes:
 *     best: The best score that could be given, 0 where scores are no numbers.
 */
export interface ScoreView {
  name: string;
  score: string;
  reasoning: string;
  best: number;
}
/**
 * What a column's values are like.
 *
 * Attributes:
 *     dtype: Type of the values, in the library's simple words.
 *     nulls: Records without a value.
 *     unique: Different values; None where they cannot be counted.
 *     summary: The values in a line: "12.5 to 99.0, mean 48.1".
 *     distribution: Bars of a histogram (`ordered`) or of the most frequent values.
 *     ordered: Whether the bars follow the values' own order.
 */
export interface ColumnProfileView {
  name: string;
  kind: string;
  dtype: string;
  nulls: number;
  unique: number | null;
  summary: string;
  distribution: BarView[];
  ordered: boolean;
}
/**
 * A bar of a distribution. `share` is its height or length, 0 to 1, against the largest one.
 */
export interface BarView {
  label: string;
  count: number;
  share: number;
}
/**
 * A record that is missing from the dataset.
 *
 * Attributes:
 *     record: Its position in the dataset as asked for, from 1.
 *     reason: Why, a sentence of ours or the provider's own words.
 */
export interface FailureView {
  record: number;
  column: string;
  reason: string;
}
/**
 * A line of the log.
 *
 * Attributes:
 *     time: "14:02:11", in local time.
 *     cut: Characters left out at the end of `text`.
 */
export interface LogLineView {
  time: string;
  level: "debug" | "info" | "warning" | "error";
  text: string;
  cut: number;
}
/**
 * A small fact for the foot of the view: "5,310 tokens"; `hint` says more when asked.
 */
export interface FactView {
  text: string;
  hint: string;
}
/**
 * What a person can do next: words and the code for it.
 */
export interface WayOnView {
  text: string;
  code: string;
}
/**
 * A resolution report, whole.
 *
 * Attributes:
 *     name: The variable it is about; "" without one.
 *     locations: Those that were asked for.
 *     checklist: Its questions; in `checked` how many of them are answered with yes, by location, in words.
 *     way_on: For the foot: code to type next, each with its words.
 */
export interface ReportView {
  title: string;
  name: string;
  locations: LocationView[];
  resources: ResourceView[];
  checklist: QuestionView[];
  checked: string;
  way_on: WayOnView[];
}
/**
 * A column of the report.
 *
 * Attributes:
 *     head: What stands above the column: "Submit to NeMo Services · default".
 *     label: The same in a word, for where there is no room for columns.
 *     status: Whether the configuration can be carried out there.
 */
export interface LocationView {
  location: "run" | "submit";
  head: string;
  label: string;
  status: StatusView;
}
/**
 * A row of the report.
 *
 * Attributes:
 *     kind: "Seed", "Provider".
 *     name: As the configuration names it; "" where there is but one of its kind.
 *     used_by: What needs it, in a line; in backticks what is code.
 *     findings: One for each location; None where it plays no part there.
 *     stops: Whether it is in the way in one of them.
 */
export interface ResourceView {
  kind: string;
  name: string;
  used_by: string;
  findings: (FindingView | null)[];
  stops: boolean;
}
/**
 * What was found of a resource in one location.
 *
 * Attributes:
 *     status: Its text is the status in a word, said where the mark cannot be seen, and alone without `text`.
 *     text: The sentence; in backticks what is code. "" where another row has said it.
 *     move: What would bring the resource there, as an order; "" where it is there, or cannot be moved.
 */
export interface FindingView {
  status: StatusView;
  text: string;
  move: string;
}
/**
 * A question of the checklist for moving between locations.
 *
 * Attributes:
 *     answers: One for each location.
 *     note: More to it; in backticks what is code.
 */
export interface QuestionView {
  question: string;
  answers: StatusView[];
  note: string;
}
/**
 * The part of a RunView that a live view holds.
 */
export interface LiveRunView {
  title: string;
  name: string;
  where: string;
  state: "running" | "completed" | "cancelled" | "failed";
  status: StatusView | null;
  stop: "stop" | "cancel" | "none";
  step: string;
  elapsed_seconds: number;
  notices: NoticeView[];
  progress: ColumnProgressView[];
  failed_records: number;
  facts: FactView[];
}
