/** A table that answers as the kernel would: of any number of rows, each made when it is asked for. */
import type { Ask, AskOptions, Asks, Replies, Source, Tells } from "../src/view/source";
import type { CellView, ColumnHeadView, FieldView, RowsView, TableView } from "../src/wire/wire";

const PRODUCTS = ["Kettle", "Lamp", "Backpack", "Coffee grinder"];
const REVIEWS = [
  "Boils fast and pours without a drip, though the handle gets hot when the kettle is full to the brim.",
  "The dimmer flickers below half, and the base is too light for the arm: it tips when fully extended.",
  "Two winters of commuting and the zips still run like new.",
  "Grinds evenly. Loud enough to wake the house, which at six in the morning is a feature and a fault.",
];

const head = (name: string, kind: string, detail = "", numeric = false): ColumnHeadView => ({
  name,
  kind,
  detail,
  numeric,
});

export const COLUMNS: ColumnHeadView[] = [
  head("product", "seed"),
  head("stars", "sampler", "", true),
  head("review", "LLM text", "nano-30b"),
  head("quality", "judge", "nano-30b"),
];

export const cell = (
  text: string,
  form: CellView["form"] = "text",
  more: Partial<CellView> = {},
): CellView => ({
  text,
  form,
  note: "",
  before: null,
  ...more,
});

/** The cells of a record of `COLUMNS`. */
export const cells = (number: number): CellView[] => [
  cell(PRODUCTS[number % 4] ?? ""),
  cell(String((number % 5) + 1), "number"),
  number % 11 === 10 ? cell("", "null") : cell(REVIEWS[number % 4] ?? ""),
  cell(String((number % 3) + 3), "judge", { note: "of 5" }),
];

export const field = (column: string, text: string, more: Partial<FieldView> = {}): FieldView => ({
  column,
  kind: "LLM text",
  form: "text",
  text,
  cut: 0,
  language: "",
  scores: [],
  tokens: [],
  markdown: [],
  messages: [],
  differs: false,
  ...more,
});

export const table = (rows: number | null, more: Partial<TableView> = {}): TableView => ({
  version: 1,
  columns: COLUMNS,
  rows,
  told: false,
  ...more,
});

type Op = keyof Asks;
interface Asked {
  op: Op;
  ask: Ask<Op>;
  signal: AbortSignal | undefined;
  late: () => void;
  answer: (reply: unknown) => void;
  refuse: (sentence: string) => void;
}

/** Answers at once unless it is told to hold. */
export class TableSource implements Source {
  readonly asked: Asked[] = [];
  holds = false;
  /** Says what is wrong with a page; "" where nothing is. */
  refuses: (ask: Ask<"rows">) => string = () => "";
  record: (number: number) => FieldView[] = (number) =>
    COLUMNS.map(({ name }, at) => field(name, cells(number)[at]?.text ?? ""));
  private readonly hearing = new Map<string, Set<(told: never) => void>>();

  constructor(
    readonly rows: number,
    readonly cells: (number: number) => CellView[] = (number) => numbered(number),
  ) {}

  ask<Op extends keyof Asks>(ask: Ask<Op>, { signal, onLate }: AskOptions = {}): Promise<Replies[Op]> {
    return new Promise((resolve, reject) => {
      const asked: Asked = {
        op: ask.op,
        ask,
        signal,
        late: () => onLate?.(),
        answer: (reply) => resolve(reply as Replies[Op]),
        refuse: (sentence) => reject(new Error(sentence)),
      };
      signal?.addEventListener("abort", () => reject(new DOMException("No longer needed", "AbortError")));
      this.asked.push(asked);
      if (!this.holds) this.answer(asked);
    });
  }

  hear<Kind extends keyof Tells>(kind: Kind, hear: (told: Tells[Kind]) => void) {
    const listeners = this.hearing.get(kind) ?? new Set();
    this.hearing.set(kind, listeners.add(hear as (told: never) => void));
    return () => void listeners.delete(hear as (told: never) => void);
  }

  tell<Kind extends keyof Tells>(kind: Kind, told: Tells[Kind]) {
    for (const hear of this.hearing.get(kind) ?? []) hear(told as never);
  }

  /** Answers what was held back. */
  goOn() {
    this.holds = false;
    for (const each of this.asked) if (!each.signal?.aborted) this.answer(each);
  }

  /** What was asked of that kind, in order. */
  of<Op extends keyof Asks>(op: Op): Ask<Op>[] {
    return this.asked.filter((each) => each.op === op).map(({ ask }) => ask as unknown as Ask<Op>);
  }

  private answer(asked: Asked) {
    const { ask } = asked;
    if (ask.op === "rows") {
      const wrong = this.refuses(ask as Ask<"rows">);
      if (wrong) asked.refuse(wrong);
      else asked.answer(this.page(ask as Ask<"rows">));
    } else if (ask.op === "record") {
      const { number } = ask as Ask<"record">;
      asked.answer({ number, fields: this.record(number), before: [] });
    } else if (ask.op === "failures") {
      asked.answer({
        total: 2,
        failures: [
          { record: 4, column: "review", reason: "The model's answer was cut off at 64 tokens." },
          { record: 9, column: "quality", reason: "The judge gave no score: `quality` is missing." },
        ],
      });
    }
  }

  private page({ start, end, sort = [], filters = [] }: Ask<"rows">): RowsView {
    // A filter keeps every tenth record, a descending order turns them round: enough to tell them apart.
    const total = filters.length > 0 ? Math.floor(this.rows / 10) : this.rows;
    const numbers: number[] = [];
    for (let at = start; at < Math.min(end, total); at++) {
      const place = sort[0]?.descending ? total - 1 - at : at;
      numbers.push(filters.length > 0 ? place * 10 : place);
    }
    return { version: 1, start, total, numbers, rows: numbers.map(this.cells) };
  }
}

/** A product that bears the record's number, so that rows are told apart. */
function numbered(number: number): CellView[] {
  const [product, ...others] = cells(number);
  return [cell(`${product?.text} ${number + 1}`), ...others];
}
