/** Values in full, for the clipboard: a cell shows but the beginning, on one line. */
import type { FieldView } from "../../wire/wire";
import type { Source } from "../source";

/** Rows that are copied at once: each is asked for. */
export const MOST_ROWS = 200;
const AT_ONCE = 4;

/** The whole text of one value. */
export async function cellText(source: Source, number: number, column: string): Promise<string> {
  const { fields } = await source.ask({ op: "record", number });
  const texts = fields
    .filter((field) => field.column === column)
    .map((field) => plain(source, number, field));
  return (await Promise.all(texts)).join("\n");
}

/** A record as JSON. Put together from text, since numbers beyond 2^53 would not survive being read. */
export async function recordJson(source: Source, number: number): Promise<string> {
  const { fields } = await source.ask({ op: "record", number });
  const values = new Map<string, string[]>();
  for (const field of fields) {
    values.set(field.column, [...(values.get(field.column) ?? []), await json(source, number, field)]);
  }
  const lines = [...values].map(([column, all]) => {
    const value = all.length === 1 ? all[0] : `[${all.join(", ")}]`;
    return `  ${JSON.stringify(column)}: ${value?.replaceAll("\n", "\n  ")}`;
  });
  return `{\n${lines.join(",\n")}\n}`;
}

/** Records as lines of values with tabs between, which spreadsheets take. */
export async function recordsTsv(
  source: Source,
  numbers: readonly number[],
  columns: readonly string[],
): Promise<string> {
  const lines: string[] = new Array(numbers.length).fill("");
  const next = numbers.entries();
  async function work() {
    for (const [at, number] of next) {
      const { fields } = await source.ask({ op: "record", number });
      const texts = columns.map(async (column) => {
        const values = fields.filter((field) => field.column === column);
        return (await Promise.all(values.map((field) => plain(source, number, field)))).join(" ");
      });
      lines[at] = (await Promise.all(texts)).map(quoted).join("\t");
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return [columns.map(quoted).join("\t"), ...lines].join("\n");
}

const quoted = (text: string) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

async function plain(source: Source, number: number, field: FieldView): Promise<string> {
  if (field.form === "null" || field.form === "pending") return "";
  if (field.form === "judge") {
    return field.scores
      .map(({ name, score, reasoning }) => `${name}: ${score}. ${reasoning}`.trim())
      .join("\n");
  }
  if (field.form === "trace" && field.messages.length > 0) {
    return field.messages.map(({ role, text }) => `${role}: ${text}`).join("\n\n");
  }
  return whole(source, number, field);
}

async function json(source: Source, number: number, field: FieldView): Promise<string> {
  const { form, scores, messages } = field;
  if (form === "null" || form === "pending") return "null";
  if (form === "judge") {
    const answers = scores.map(
      ({ name, score, reasoning }) =>
        `${JSON.stringify(name)}: {"score": ${asJson(score)}, "reasoning": ${JSON.stringify(reasoning)}}`,
    );
    return `{${answers.join(", ")}}`;
  }
  if (form === "trace" && messages.length > 0) {
    return JSON.stringify(messages.map(({ role, text }) => ({ role, content: text })));
  }
  const text = await whole(source, number, field);
  return form === "number" || form === "json" ? asJson(text) : JSON.stringify(text);
}

/** The text itself where it is JSON, else as a JSON string. */
function asJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

async function whole(source: Source, number: number, { column, text, cut }: FieldView): Promise<string> {
  let all = text;
  let left = cut;
  while (left > 0) {
    // The kernel counts characters, JavaScript halves of those beyond the first 65,536.
    const more = await source.ask({ op: "text", number, column, start: [...all].length });
    if (more.text === "") break;
    all += more.text;
    left = more.cut;
  }
  return all;
}
