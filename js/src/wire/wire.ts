// Made from the models of dd_jupyter/display and server by `make wire`; not to be edited. Schema 47bba494b8543504.

/**
 * Everything that travels between the browser and a kernel, a notebook or the server.
 */
export interface Wire {
  live: LiveRunView | LiveTableView | LiveCompareView | LiveReportView | LiveSubmitView;
  asks: {
    hello: Hello;
    code: Code;
    forget: Forget;
    rows: Rows;
    record: Record;
    text: Text;
    profile: Profile;
    generator: Generator;
    changes: Changes;
    failures: Failures;
    resources: Resources;
    log: Log;
    stop: Stop;
    load: Load;
    sample: Sample;
    download: Download;
    check: Check;
    plan: Plan;
    apply: Apply;
    draft: Draft;
    "look up": LookUp;
    workspaces: Workspaces;
    submit: Submit;
  };
  replies: {
    hello: null;
    code: null;
    forget: null;
    rows: RowsView;
    record: RecordFieldsView;
    text: TextView;
    profile: ProfileView;
    generator: GeneratorView;
    changes: ChangesView;
    failures: FailuresView;
    resources: ResourcesView;
    log: LogView;
    stop: SayView;
    load: SayView;
    sample: SayView;
    download: SayView;
    check: ResourcesView;
    plan: PlanView;
    apply: PlanView;
    draft: DraftView;
    "look up": LookUpView;
    workspaces: WorkspacesView;
    submit: SubmittedView;
  };
  tells: {
    rows: RowsTold;
    log: LogTold;
    plan: PlanTold;
    report: ReportTold;
  };
  saved: SavedView;
  server: {
    deployments: DeploymentsView;
    connection: ConnectionView;
    runs: RunsView;
    tutorials: TutorialsView;
    error: ErrorView;
  };
}
/**
 * A preview, a create or a job.
 *
 * Attributes:
 *     expected: Records that were asked for.
 *     log_lines: Lines of the log so far.
 *     resources: Resources in the report; None where nothing was looked up.
 *     stopping: How many of those are in the way, or are not as they should be.
 *     variable: The variable that holds it; "" without one.
 *     table: The records; None before the first.
 *     job: Of a job, what there is more; else None.
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
  forecast: string;
  way_on: WayOnView[];
  view: "run";
  expected: number;
  log_lines: number;
  resources: number | null;
  stopping: number;
  variable: string;
  table: TableView | null;
  job: JobLiveView | null;
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
 * A table that can be asked for its rows.
 *
 * Attributes:
 *     version: Changes with the records, which are to be asked for anew then.
 *     rows: How many there are; None where that is not known.
 *     told: Whether its rows are told while a run makes them, and cannot be asked for yet.
 */
export interface TableView {
  version: number;
  columns: ColumnHeadView[];
  rows: number | null;
  told: boolean;
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
 * What a job has beyond a run.
 *
 * Attributes:
 *     steps: How it came to where it is: "created", "pending", "active"; the last one is at work.
 *     deployment: The base URL of NeMo Services that it is in.
 *     workspace: Its workspace.
 *     job_name: Its name there.
 *     address: What `%dd_attach` finds it by.
 *     folder: Where a download goes unless one says otherwise.
 *     has_records: Whether there may be records that can be fetched.
 *     transfer: How far a download is, in words; "" while there is none.
 */
export interface JobLiveView {
  steps: StatusView[];
  deployment: string;
  workspace: string;
  job_name: string;
  address: string;
  folder: string;
  has_records: boolean;
  transfer: string;
}
/**
 * A DataFrame.
 *
 * Attributes:
 *     name: What it is called; "" without a name.
 *     detail: What it is, in words: "pandas DataFrame".
 */
export interface LiveTableView {
  view: "table";
  name: string;
  detail: string;
  table: TableView;
}
/**
 * Two previews, record by record.
 *
 * Attributes:
 *     notices: What to mind when they are compared: samplers that drew anew, for one.
 *     table: The records of the later one; a cell that differs holds the earlier value too.
 *     compared: Records that both have.
 *     changed: Records of those that differ.
 *     columns: The columns that differ, or are made otherwise.
 */
export interface LiveCompareView {
  view: "compare";
  before: SideView;
  after: SideView;
  notices: NoticeView[];
  table: TableView;
  compared: number;
  changed: number;
  columns: ChangedColumnView[];
}
/**
 * One of two previews that are compared.
 */
export interface SideView {
  name: string;
  records: number;
  where: string;
}
/**
 * How much a column differs between the two.
 *
 * Attributes:
 *     kind: What makes the column, in words.
 *     changed: Records in which it does, of those that both have.
 *     only: "before" or "after" for a column that but one of them has; else "both".
 *     types: "number, was text" where its values are of another type, "3 null, 0 before"; else "".
 *     settings: Whether the configuration makes it otherwise.
 */
export interface ChangedColumnView {
  name: string;
  kind: string;
  changed: number;
  types: string;
  only: "both" | "before" | "after";
  settings: boolean;
}
/**
 * A resolution report; what is in it is asked for.
 *
 * Attributes:
 *     version: Changes with the report, which is to be asked for anew then.
 *     variable: The variable that holds the configuration as it was moved; "" before it was.
 *     at_work: What the kernel is busy with for this view, in words; "" for nothing.
 *     elapsed_seconds: Since when it is; told every few seconds, as a sign of life.
 */
export interface LiveReportView {
  view: "report";
  title: string;
  name: string;
  version: number;
  variable: string;
  at_work: string;
  elapsed_seconds: number;
}
/**
 * The form.
 *
 * Attributes:
 *     name: The variable that is to hold the result; "" without one.
 *     location: Where it is to be made, to begin with; so are the fields below it.
 *     records: As it is typed: "5,000".
 *     workspace: "" for that of the connection.
 *     state: "busy" from the press of the button on, "done" once there is a job or a run.
 *     step: What it is busy with; "" else.
 *     chosen: What was chosen, in a line, once it is done; in backticks what is code.
 */
export interface LiveSubmitView {
  view: "submit";
  name: string;
  location: "run" | "submit";
  records: string;
  job_name: string;
  workspace: string;
  dataset_name: string;
  artifact_path: string;
  state: "open" | "busy" | "done";
  step: string;
  chosen: string;
}
/**
 * The browser has drawn this view, and hears what it is told from now on.
 */
export interface Hello {
  op: "hello";
}
/**
 * The page has no code of the views yet, at least none of this version. JupyterLab's extension brings it along.
 */
export interface Code {
  op: "code";
}
/**
 * An answer is no longer waited for.
 */
export interface Forget {
  op: "forget";
  forgotten: string;
}
/**
 * A page of a table as it is sorted and filtered.
 *
 * Attributes:
 *     sort: The first counts most; () for the records' own order.
 *     filters: All of them hold.
 *     start: First row, from 0, of those that pass the filters.
 *     end: The row after the last.
 */
export interface Rows {
  op: "rows";
  /**
   * @maxItems 8
   */
  sort?: Sort[];
  /**
   * @maxItems 32
   */
  filters?: Filter[];
  start: number;
  end: number;
}
/**
 * By which column a table is sorted.
 */
export interface Sort {
  column: string;
  descending: boolean;
}
/**
 * What the rows that are shown have in common.
 *
 * Attributes:
 *     column: None for any column, with the tests "contains" and "changed".
 *     test: "changed" is for comparisons alone: the value is not what it was before.
 *     value: As a person types it; of no meaning for "empty", "filled" and "changed". Texts are compared without
 *         regard to case.
 */
export interface Filter {
  column: string | null;
  test: "contains" | "equals" | "differs" | "at least" | "at most" | "empty" | "filled" | "changed";
  value: string;
}
/**
 * One record in full.
 *
 * Attributes:
 *     number: Of the record in the dataset, from 0.
 */
export interface Record {
  op: "record";
  number: number;
}
/**
 * More of a long text, of which `Record` gives the beginning.
 *
 * Attributes:
 *     start: Characters to leave out.
 */
export interface Text {
  op: "text";
  number: number;
  column: string;
  start: number;
}
/**
 * What the values of each column are like.
 */
export interface Profile {
  op: "profile";
}
/**
 * How the configuration makes a column.
 */
export interface Generator {
  op: "generator";
  column: string;
}
/**
 * How the two sides of a comparison are made otherwise, and how their numbers differ.
 */
export interface Changes {
  op: "changes";
}
/**
 * The records that are missing from the dataset.
 */
export interface Failures {
  op: "failures";
}
/**
 * What was found of the resources that the configuration depends on.
 */
export interface Resources {
  op: "resources";
}
/**
 * The log, from a line on.
 *
 * Attributes:
 *     after: Lines that the browser has, as `LogView.next` told it.
 */
export interface Log {
  op: "log";
  after?: number;
}
/**
 * Stop the run; ask NeMo Services to cancel the job. Answered when that was heard, not when it has ended.
 */
export interface Stop {
  op: "stop";
}
/**
 * Keep the dataset in a variable of the notebook.
 */
export interface Load {
  op: "load";
  variable: string;
}
/**
 * Fetch the records that a job has made so far; the table has them then.
 */
export interface Sample {
  op: "sample";
}
/**
 * Bring what a job has made to this machine.
 *
 * Attributes:
 *     folder: Where to; "" for the usual one.
 */
export interface Download {
  op: "download";
  folder?: string;
}
/**
 * Look everything up anew.
 */
export interface Check {
  op: "check";
}
/**
 * Plan how resources come to the other place; nothing is changed.
 *
 * Attributes:
 *     to: Where they are to come from.
 *     resources: Rows of the report, from 0; () for all that can be moved.
 */
export interface Plan {
  op: "plan";
  to: "local" | "services";
  /**
   * @maxItems 1000
   */
  resources?: number[];
}
/**
 * Carry out the plan that was shown last.
 *
 * Attributes:
 *     plan: Which one it was, as `PlanView` told.
 */
export interface Apply {
  op: "apply";
  plan: number;
}
/**
 * Say what the form would do as it stands, and what is wrong with it.
 *
 * Attributes:
 *     migrate: Whether something has to be moved first.
 */
export interface Draft {
  op: "draft";
  fields: Fields;
  migrate?: boolean;
}
/**
 * What stands in the fields of the form, as a person typed it.
 */
export interface Fields {
  location: "run" | "submit";
  records: string;
  job_name: string;
  workspace: string;
  dataset_name: string;
  artifact_path: string;
}
/**
 * Look up what the configuration depends on, in the place that the form says.
 */
export interface LookUp {
  op: "look up";
  fields: Fields;
}
/**
 * Say which workspaces there are to choose from.
 */
export interface Workspaces {
  op: "workspaces";
}
/**
 * Make the dataset, or have NeMo Services make it; of one form, once.
 *
 * Attributes:
 *     plan: The plan to carry out before, as `PlanView` told; None for none.
 */
export interface Submit {
  op: "submit";
  fields: Fields;
  plan?: number | null;
}
/**
 * A page of a table.
 *
 * Attributes:
 *     version: Of the table, as in `TableView`.
 *     start: First row of the page.
 *     total: Rows that pass the filters.
 *     numbers: The number of each record in the dataset, from 0; sorting and filtering leave it.
 *     rows: A cell for each column.
 */
export interface RowsView {
  version: number;
  start: number;
  total: number;
  numbers: number[];
  rows: CellView[][];
}
/**
 * One value in the table, cut to a line.
 *
 * Attributes:
 *     text: The value in at most `CELL_CHARACTERS` characters on one line.
 *     form: What sort of value it is; "pending" if it is still to be made, with an empty text.
 *     note: A quiet word behind it, "of 5" of a judge's score; else "".
 *     before: In a comparison, what it was in the earlier preview, where that differs; else None.
 */
export interface CellView {
  text: string;
  form: "pending" | "null" | "number" | "text" | "json" | "code" | "image" | "judge" | "trace";
  note: string;
  before: string | null;
}
/**
 * One record in full; `number` counts from 0. In a comparison `fields` are those of the later preview.
 */
export interface RecordFieldsView {
  number: number;
  fields: FieldView[];
  before: FieldView[];
}
/**
 * One value of a record shown in full.
 *
 * Attributes:
 *     column: The column's name.
 *     kind: What makes the column.
 *     form: How to show it: "text" wrapped, "json" and "code" as preformatted text, "image" as a
 *         picture, "judge" by its `scores`, "trace" by its `messages`.
 *     text: The value; of an image a ``data:`` URI of a raster type, or where it cannot be shown, why.
 *     cut: Characters left out at the end of `text`.
 *     language: Of code, its language; else "".
 *     scores: Of a judge's answer, its scores.
 *     tokens: Of code that can be coloured, `text` in pieces.
 *     markdown: Of a text that looks like Markdown, what it is as such.
 *     messages: Of a trace, its messages.
 *     differs: In a comparison, whether the other preview has another value.
 */
export interface FieldView {
  column: string;
  kind: string;
  form: "pending" | "null" | "number" | "text" | "json" | "code" | "image" | "judge" | "trace";
  text: string;
  cut: number;
  language: string;
  scores: ScoreView[];
  tokens: TokenView[];
  markdown: NodeView[];
  messages: MessageView[];
  differs: boolean;
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
 * A piece of code, to be coloured.
 */
export interface TokenView {
  kind: "text" | "keyword" | "name" | "string" | "number" | "comment" | "operator" | "error";
  text: string;
}
/**
 * A part of a Markdown text. What is no such part, HTML for one, is text.
 *
 * Attributes:
 *     text: Of "text", "code" and "code block"; else "".
 *     level: Of a heading, 1 to 6; else 0.
 *     href: Of a link, its address: http, https or mailto only; else "".
 *     children: What is in it.
 */
export interface NodeView {
  tag:
    | "text"
    | "paragraph"
    | "heading"
    | "strong"
    | "emphasis"
    | "strike"
    | "code"
    | "code block"
    | "quote"
    | "bullets"
    | "numbers"
    | "item"
    | "line"
    | "break"
    | "link"
    | "table"
    | "row"
    | "head cell"
    | "cell";
  text: string;
  level: number;
  href: string;
  children: NodeView[];
}
/**
 * A message of the conversation with a model.
 *
 * Attributes:
 *     role: "system", "user", "assistant", "tool".
 *     text: What was said; in what is no text, as JSON.
 */
export interface MessageView {
  role: string;
  text: string;
  cut: number;
}
/**
 * A piece of a text; `cut` characters follow it.
 */
export interface TextView {
  text: string;
  cut: number;
}
/**
 * What the values of each column are like.
 *
 * Attributes:
 *     records: Records in the dataset.
 *     drawn: From how many of them, the first ones, the distributions are.
 */
export interface ProfileView {
  records: number;
  drawn: number;
  columns: ColumnProfileView[];
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
 *     tokens: Of what a model wrote, tokens a record in words: "in 210 ± 12, out 54 ± 9"; else "".
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
  tokens: string;
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
 * How the configuration makes a column; `settings` is empty for one that it does not make.
 */
export interface GeneratorView {
  column: string;
  kind: string;
  settings: SettingView[];
}
/**
 * One setting of a column.
 *
 * Attributes:
 *     name: As a person reads it: "Prompt".
 *     text: Its value; a template of several lines, perhaps.
 *     code: Whether it is code or a template, to be set as such.
 */
export interface SettingView {
  name: string;
  text: string;
  code: boolean;
}
/**
 * What is made otherwise, and the means of columns that differ.
 */
export interface ChangesView {
  settings: SettingChangeView[];
  measures: ColumnMeasuresView[];
}
/**
 * A setting that differs.
 *
 * Attributes:
 *     columns: Those that it is a setting of: of several where they have a model in common.
 *     name: As a person reads it: "Prompt".
 *     before: None where it was not set.
 *     after: None where it is not set any more.
 *     code: Whether it is code or a template, to be set as such.
 */
export interface SettingChangeView {
  columns: string[];
  name: string;
  before: string | null;
  after: string | null;
  code: boolean;
}
/**
 * The means of one column.
 */
export interface ColumnMeasuresView {
  column: string;
  measures: MeasureView[];
}
/**
 * The mean of a number, or of a judge's score, before and after.
 *
 * Attributes:
 *     name: Of the score; "" for the column's own value.
 *     before: Means, written out.
 *     up: Records in which it is higher than it was.
 *     down: Records in which it is lower.
 *     judged: Whether it is a judge's score, of which a higher one is better.
 */
export interface MeasureView {
  name: string;
  before: string;
  after: string;
  up: number;
  down: number;
  judged: boolean;
}
/**
 * The records that are missing; the first ones of `total`.
 */
export interface FailuresView {
  total: number;
  failures: FailureView[];
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
 * The report; None where nothing was looked up.
 */
export interface ResourcesView {
  report: ReportView | null;
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
 *     moves: Resources in the way there that can be moved; 0 where there is nobody to move them to.
 */
export interface LocationView {
  location: "run" | "submit";
  head: string;
  label: string;
  status: StatusView;
  moves: number;
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
 * Lines of the log.
 *
 * Attributes:
 *     first: Number of the first of `lines`, from 0; larger than what was asked for where older ones are gone.
 *     next: Number of the line that comes next.
 */
export interface LogView {
  first: number;
  next: number;
  lines: LogLineView[];
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
 * What came of it, in a sentence; in backticks what is code. "" where the view itself shows it.
 */
export interface SayView {
  text: string;
}
/**
 * A plan, or what was done of it.
 *
 * Attributes:
 *     plan: Its number.
 *     can_apply: Whether there is something to carry out, and nothing that a view may not ask for.
 *     applied: Whether it is carried out, and there is a new configuration.
 */
export interface PlanView {
  plan: number;
  migration: MigrationView;
  can_apply: boolean;
  applied: boolean;
}
/**
 * A migration, whole: what is planned, what was done of it, and what becomes of the configuration.
 *
 * Attributes:
 *     name: The variable that is to hold the new configuration; "" without one.
 *     where: "to NeMo Services · workspace default" or "to this machine".
 *     meter: How far the step at work is.
 *     diff: The configuration before and after, the lines around a change included.
 *     added: Lines that are in the new one only, all of them, also those that `diff` has no room for.
 *     removed: Lines that are in the old one only.
 *     diff_cut: Lines left out at the end of `diff`.
 *     way_on: For the foot: code to type next, each with its words.
 */
export interface MigrationView {
  title: string;
  name: string;
  where: string;
  status: StatusView;
  notices: NoticeView[];
  steps: StepView[];
  meter: MeterView | null;
  diff: DiffLineView[];
  added: number;
  removed: number;
  diff_cut: number;
  way_on: WayOnView[];
}
/**
 * One thing that a migration does.
 *
 * Attributes:
 *     action: What is done: "Upload"; "" where nothing can be.
 *     kind: Of the resource: "seed"; "" where the action says it.
 *     name: The resource as the configuration names it; "" where there is but one of its kind.
 *     source: What it is made from; in backticks what is code.
 *     target: What the configuration names afterwards; "" for none.
 *     size: "1,204 records" and "84 kB"; what is not known is left out.
 *     text: Why it is impossible or failed, or what to know of it; in backticks what is code.
 */
export interface StepView {
  action: string;
  kind: string;
  name: string;
  source: string;
  target: string;
  size: string[];
  status: StatusView;
  text: string;
}
/**
 * A bar that fills.
 *
 * Attributes:
 *     share: How far, 0 to 1.
 *     parts: What there is to say of it: how much, how fast, how long still.
 */
export interface MeterView {
  share: number;
  parts: string[];
}
/**
 * A line of the configuration, before or after.
 */
export interface DiffLineView {
  sign: "+" | "-" | " ";
  text: string;
}
/**
 * What the form would do as it stands.
 *
 * Attributes:
 *     forecast: "about 7 min, 2.6 M tokens, from the last preview"; "" while unknown.
 *     words: What the button does, as a sentence; "" while a field has a problem.
 *     code: The line that does the same; "" while a field has a problem.
 */
export interface DraftView {
  problems: ProblemView[];
  forecast: string;
  words: string;
  code: string;
}
/**
 * What is wrong with a field, and what to do; in backticks what is code.
 */
export interface ProblemView {
  field: "records" | "job_name" | "workspace" | "dataset_name" | "artifact_path";
  text: string;
}
/**
 * What the configuration depends on, in the place where it is to be made.
 *
 * Attributes:
 *     status: How that is in all: "3 of 5 need to move first".
 *     moves: How many are in the way and can be moved.
 *     others: How many are in the way and cannot.
 */
export interface LookUpView {
  report: ReportView;
  status: StatusView;
  moves: number;
  others: number;
}
/**
 * The workspaces that there are to choose from.
 *
 * Attributes:
 *     usual: The one that is meant without a choice.
 *     names: () where the deployment does not list them.
 */
export interface WorkspacesView {
  usual: string;
  names: string[];
}
/**
 * What came of it: problems of the fields, or none if there is a job or a run now.
 */
export interface SubmittedView {
  problems: ProblemView[];
}
/**
 * The records of a run in the making, as many as fit the eye.
 */
export interface RowsTold {
  version: number;
  start: number;
  total: number;
  numbers: number[];
  rows: CellView[][];
  tell: "rows";
}
/**
 * New lines of the log.
 */
export interface LogTold {
  first: number;
  next: number;
  lines: LogLineView[];
  tell: "log";
}
/**
 * How far a plan is carried out.
 */
export interface PlanTold {
  plan: number;
  migration: MigrationView;
  can_apply: boolean;
  applied: boolean;
  tell: "plan";
}
/**
 * A report that was looked up anew.
 */
export interface ReportTold {
  report: ReportView | null;
  tell: "report";
}
/**
 * A view as an output keeps it.
 *
 * Attributes:
 *     version: Of this form, to be told from later ones.
 *     key: The view's own, by which the kernel that has it takes its place in the page.
 *     live: What it showed.
 *     answers: What it would be answered.
 */
export interface SavedView {
  version: 1;
  key: string;
  live: LiveRunView | LiveTableView | LiveReportView | LiveCompareView;
  answers: SavedAnswers;
}
/**
 * What a view would be answered; None for what it would not ask, or what is not kept.
 *
 * Attributes:
 *     rows: The first rows of the table.
 *     records: The first records in full.
 *     log: The last lines of the log.
 */
export interface SavedAnswers {
  rows?: RowsView | null;
  records?: RecordFieldsView[];
  profile?: ProfileView | null;
  failures?: FailuresView | null;
  resources?: ResourcesView | null;
  log?: LogView | null;
  changes?: ChangesView | null;
}
/**
 * All deployments that this server may ask; a page can name one of them, and no other.
 *
 * Attributes:
 *     chosen: The base URL of the one that is meant where none is named.
 */
export interface DeploymentsView {
  chosen: string;
  deployments: DeploymentView[];
}
/**
 * A deployment of NeMo Services that this server may ask.
 *
 * Attributes:
 *     base_url: Where it is, without a slash at the end.
 *     origin: Where the server knows it from, in words: "environment variable NMP_BASE_URL", "a run on this machine".
 *     workspace: The workspace that is meant there where none is named.
 */
export interface DeploymentView {
  base_url: string;
  origin: string;
  workspace: string;
}
/**
 * A deployment as it is now.
 *
 * Attributes:
 *     base_url: Where it is.
 *     workspace: The workspace that was asked about.
 *     workspaces: Those that one may see; empty where one may not ask.
 *     identity: As whom it is asked, in words.
 *     version: The platform's version; "" where it does not say.
 *     reachable: Whether it answers.
 *     runs_jobs: Whether it can run jobs.
 *     problem: What is wrong, and what to do, as a sentence; "" if all is well.
 */
export interface ConnectionView {
  base_url: string;
  workspace: string;
  workspaces: string[];
  identity: string;
  version: string;
  reachable: boolean;
  runs_jobs: boolean;
  problem: string;
}
/**
 * Runs of this machine and jobs of a workspace, newest first.
 *
 * Attributes:
 *     problem: Why jobs of the workspace may be missing, as a sentence; "" where none are.
 *     more: Whether there are older ones.
 */
export interface RunsView {
  runs: ListedRunView[];
  problem: string;
  more: boolean;
}
/**
 * A run or a job as the list shows it.
 *
 * Attributes:
 *     path: Where it is asked for, below ``dd-jupyter/``: "runs/20261121T…-ab12cd", "jobs/default/reviews-1".
 *     kind: "preview" and "create" ran in a kernel or, the preview, in NeMo Services; "job" is a submitted create.
 *     name: What a person called it: the dataset, the job, or the variable of a preview; "" without one.
 *     where: In words: "in a kernel of this machine", "NeMo Services · workspace default".
 *     state: Where it stands.
 *     status: The same in words, with what NeMo Services say of a job.
 *     num_records: Records asked for; None where that is not known.
 *     done: Records made so far; None where that is not known.
 *     failed: Records given up on.
 *     started: When, in ISO 8601 and UTC; "" where that is not known.
 *     ended: The same of its end; "" while it runs, and where that is not known.
 *     deployment: The base URL of its deployment; "" for a run in a kernel.
 *     workspace: Its workspace; "" for a run in a kernel.
 *     notebook: The notebook that it was started in, relative to the server's root; "" where that is not known.
 *     can_cancel: Whether it can be stopped from here.
 *     has_records: Whether there may be records that can be looked at from here.
 */
export interface ListedRunView {
  path: string;
  kind: "preview" | "create" | "job";
  name: string;
  where: string;
  state: "running" | "completed" | "cancelled" | "failed";
  status: StatusView;
  num_records: number | null;
  done: number | null;
  failed: number;
  started: string;
  ended: string;
  deployment: string;
  workspace: string;
  notebook: string;
  can_cancel: boolean;
  has_records: boolean;
}
/**
 * All notebooks to learn from, in the order to read them.
 */
export interface TutorialsView {
  tutorials: TutorialView[];
}
/**
 * A notebook to learn from.
 *
 * Attributes:
 *     name: Its file: "01-quickstart.ipynb".
 *     title: Its heading.
 *     summary: What it shows, in a sentence.
 */
export interface TutorialView {
  name: string;
  title: string;
  summary: string;
}
/**
 * Why a request was not carried out.
 *
 * Attributes:
 *     message: What happened, to what, and what to do, as a sentence.
 */
export interface ErrorView {
  message: string;
}
