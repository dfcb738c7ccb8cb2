import { expect, it } from "vitest";
import { configurationIn } from "../src/lab/editing/cell";
import { complete } from "../src/lab/editing/completion";
import type { Schema } from "../src/lab/editing/schema";
import schema from "./editing_schema.json";

const YAML = "%%dd_preview --format yaml\n";
const JSON_CELL = "%%dd_preview --format json\n";

/** What is offered where `|` stands in the body. */
function offered(body: string, header = YAML) {
  const place = (header + body).lastIndexOf("|");
  const text = (header + body).slice(0, place) + (header + body).slice(place + 1);
  const cell = configurationIn(text);
  if (!cell) throw new Error("no configuration");
  const found = complete(text, place, cell.from, cell.format, schema as Schema);
  return { text, ...(found ?? { from: place, to: place, items: [] }) };
}

const labels = (body: string, header = YAML) => offered(body, header).items.map((item) => item.label);

/** The body after that item is chosen. */
function chosen(body: string, label: string, header = YAML) {
  const { text, from, to, items } = offered(body, header);
  const item = items.find((one) => one.label === label);
  if (!item) throw new Error(`${label} is not offered, but ${items.map((one) => one.label).join(", ")}`);
  return (text.slice(0, from) + item.insert + text.slice(to)).slice(header.length);
}

const COLUMNS = `columns:
  - name: age
    column_type: sampler
    sampler_type: uniform
    params:
      low: 1
      high: 9
  - name: bio
    column_type: llm-text
    model_alias: text
    prompt: "Say {{ age }}"
`;
const MODELS = `model_configs:
  - alias: text
    model: nvidia/small
    provider: nvidia
  - alias: judge
    model: nvidia/large
    provider: nvidia
`;

it("keys are offered at the top, the required one first, and none that is there already", () => {
  const all = [
    "columns",
    "model_configs",
    "tool_configs",
    "seed_config",
    "constraints",
    "profilers",
    "processors",
  ];

  expect(labels("|")).toEqual(all);
  expect(labels(`${COLUMNS}mo|`)).toEqual(["model_configs"]);
  expect(labels(`${COLUMNS}|`)).toEqual(all.slice(1));
  expect(labels("data_designer:\n  |")).toEqual(all);
  expect(labels("data_designer:\n  columns: []\nli|")).toEqual(["library_version"]);
});

it.each([
  ["of a column without its type: that first", "columns:\n  - |", "column_type"],
  ["of a column behind its name", "columns:\n  - name: a\n    |", "column_type"],
  [
    "in the middle of a list",
    "columns:\n  - name: a\n    |\n  - name: b\n    column_type: expression\n    expr: x\n",
    "column_type",
  ],
])("keys are offered %s", (_, body, first) => expect(labels(body)[0]).toBe(first));

it.each([
  [
    "columns:\n  - name: a\n    column_type: expression\n    |",
    ["expr"],
    ["params", "prompt", "name", "column_type"],
  ],
  [
    "columns:\n  - name: a\n    column_type: sampler\n    |",
    ["sampler_type", "params", "convert_to"],
    ["prompt", "expr"],
  ],
  [
    "columns:\n  - name: a\n    column_type: llm-text\n    |",
    ["prompt", "model_alias", "system_prompt"],
    ["params", "expr", "code_lang"],
  ],
  ["columns:\n  - name: a\n    column_type: llm-code\n    |", ["code_lang"], ["output_format"]],
  ["columns:\n  - |\n    column_type: llm-code\n", ["name", "code_lang"], ["column_type", "params"]],
  [
    "columns:\n  - name: a\n    column_type: sampler\n    sampler_type: uniform\n    params:\n      |",
    ["low", "high"],
    ["mean", "sampler_type", "values"],
  ],
  [
    "columns:\n  - name: a\n    column_type: sampler\n    sampler_type: gaussian\n    params: {mean: 1, |}\n",
    ["stddev"],
    ["mean", "low"],
  ],
  [
    "columns:\n  - name: a\n    column_type: sampler\n    params:\n      |\n    sampler_type: category\n",
    ["values", "weights"],
    ["low"],
  ],
  [
    "columns:\n  - name: a\n    column_type: sampler\n    sampler_type: uniform\n    params: {low: 1, high: 2}\n    conditional_params:\n      age > 3:\n        |",
    ["low", "high"],
    ["mean"],
  ],
  [
    "columns:\n  - name: a\n    column_type: validation\n    target_columns: [b]\n    validator_type: code\n    validator_params:\n      |",
    ["code_lang"],
    ["endpoint_url"],
  ],
  ["model_configs:\n  - alias: text\n    |", ["model", "provider", "inference_parameters"], ["alias"]],
  [
    "model_configs:\n  - alias: text\n    inference_parameters:\n      |",
    ["temperature", "max_tokens"],
    ["dimensions"],
  ],
  [
    "model_configs:\n  - alias: text\n    inference_parameters:\n      generation_type: embedding\n      |",
    ["dimensions"],
    ["temperature"],
  ],
  ["seed_config:\n  source:\n    seed_type: local\n    |", ["path"], ["token"]],
  ["seed_config:\n  source:\n    seed_type: hf\n    |", ["path", "token", "endpoint"], ["seed_type"]],
  ["seed_config:\n  |", ["source", "sampling_strategy"], []],
  ["processors:\n  - processor_type: drop_columns\n    |", ["name", "column_names"], ["template"]],
  [
    "columns:\n  - name: a\n    column_type: llm-judge\n    scores:\n      - |",
    ["name", "description", "options"],
    [],
  ],
  ["columns:\n  - name: a\n    column_type: llm-text\n    skip:\n      |", ["when", "value"], []],
])("only keys that fit are offered in %j", (body, some, none) => {
  const found = labels(body);

  for (const name of some) expect(found).toContain(name);
  for (const name of none) expect(found).not.toContain(name);
});

it.each([
  [
    "columns:\n  - name: a\n    column_type: |",
    ["llm-text", "sampler", "expression", "validation"],
    ["custom"],
  ],
  [
    "columns:\n  - name: a\n    column_type: llm-|",
    ["llm-code", "llm-judge", "llm-structured", "llm-text"],
    ["sampler"],
  ],
  ["columns:\n  - column_type: |\n    name: a\n", ["llm-text", "sampler"], []],
  [
    "columns:\n  - name: a\n    column_type: sampler\n    sampler_type: u|",
    ["uniform", "uuid"],
    ["category"],
  ],
  ["columns:\n  - name: a\n    column_type: llm-code\n    code_lang: py|", ["python"], ["sql:ansi"]],
  ["columns:\n  - name: a\n    column_type: expression\n    drop: |", ["true", "false"], []],
  ["columns:\n  - name: a\n    column_type: expression\n    dtype: |", ["int", "float", "str", "bool"], []],
  ["seed_config:\n  source:\n    seed_type: |", ["local", "hf", "nmp"], ["df"]],
  ["seed_config:\n  sampling_strategy: |", ["ordered", "shuffle"], []],
  ["processors:\n  - processor_type: |", ["drop_columns", "schema_transform"], []],
  [
    "model_configs:\n  - inference_parameters:\n      generation_type: |",
    ["chat-completion", "embedding"],
    [],
  ],
  [
    "columns:\n  - name: a\n    column_type: sampler\n    sampler_type: datetime\n    params: {unit: |}\n",
    ["D", "h"],
    [],
  ],
  ['columns:\n  - name: a\n    column_type: "llm-|"\n', ["llm-text"], []],
  ['columns:\n  - name: a\n    column_type: "llm-|\n', ["llm-text"], []],
])("values that fit are offered in %j", (body, some, none) => {
  const found = labels(body);

  for (const name of some) expect(found).toContain(name);
  for (const name of none) expect(found).not.toContain(name);
});

it.each([
  [`${MODELS}columns:\n  - name: a\n    column_type: llm-text\n    model_alias: |`, ["text", "judge"]],
  [`${MODELS}profilers:\n  - model_alias: j|`, ["judge"]],
  ["columns:\n  - name: a\n    column_type: llm-text\n    model_alias: |", []],
  [`${COLUMNS}  - name: a\n    column_type: validation\n    target_columns: [|]\n`, ["age", "bio"]],
  [`${COLUMNS}  - name: a\n    column_type: validation\n    target_columns:\n      - |\n`, ["age", "bio"]],
  [
    `${COLUMNS}  - name: a\n    column_type: validation\n    target_columns:\n      - age\n      - b|\n`,
    ["bio"],
  ],
  [`${COLUMNS}constraints:\n  - target_column: |\n    operator: lt\n`, ["age", "bio"]],
  [
    `${COLUMNS}processors:\n  - name: d\n    processor_type: drop_columns\n    column_names: [age, |]\n`,
    ["age", "bio"],
  ],
  [`tool_configs:\n  - tool_alias: web\n    providers: [x]\n${COLUMNS}    tool_alias: |`, ["web"]],
])("what the configuration names is offered in %j", (body, expected) =>
  expect(labels(body)).toEqual(expected),
);

it.each([
  [
    `${COLUMNS}  - name: c\n    column_type: expression\n    expr: "{{ |"\n`,
    ["age", "bio"],
    '    expr: "{{ age }}"\n',
  ],
  [
    `${COLUMNS}  - name: c\n    column_type: expression\n    expr: "{{|"\n`,
    ["age", "bio"],
    '    expr: "{{ age }}"\n',
  ],
  [
    `${COLUMNS}  - name: c\n    column_type: expression\n    expr: "{{ a| }}"\n`,
    ["age"],
    '    expr: "{{ age }}"\n',
  ],
  [
    `${COLUMNS}  - name: c\n    column_type: llm-text\n    prompt: |-\n      Of {{ x }} and {{ ag|\n      more\n`,
    ["age"],
    "      Of {{ x }} and {{ age }}\n      more\n",
  ],
  [
    `${COLUMNS}  - name: c\n    column_type: llm-text\n    prompt: "{% if a| %}"\n`,
    ["age"],
    '    prompt: "{% if age %}"\n',
  ],
])("columns are offered in a template: %j", (body, expected, end) => {
  expect(labels(body)).toEqual(expected);
  expect(chosen(body, "age").endsWith(end)).toBe(true);
});

it.each([
  "columns: # the col|",
  `${COLUMNS}  - name: c\n    column_type: expression\n    expr: "{{ age | up|"\n`,
  `${COLUMNS}  - name: c\n    column_type: expression\n    expr: "{{ age.b|"\n`,
  "columns:\n  - name: som|",
  "columns:\n  - name: a\n    column_type: llm-text\n    prompt: |-\n      na|",
  "nothing:\n  known: |",
])("nothing is offered where nothing is known: %j", (body) => expect(labels(body)).toEqual([]));

it.each([
  ["a text", "columns:\n  - na|", "name", "columns:\n  - name: "],
  ["a list", "colu|", "columns", "columns:\n  - "],
  [
    "a map",
    "columns:\n  - name: a\n    column_type: sampler\n    par|",
    "params",
    "columns:\n  - name: a\n    column_type: sampler\n    params:\n      ",
  ],
  ["its name alone, where a colon stands", "columns:\n  - na|: x\n", "name", "columns:\n  - name: x\n"],
  [
    "a space, where it is missing",
    "columns:\n  - name: a\n    column_type:|",
    "sampler",
    "columns:\n  - name: a\n    column_type: sampler",
  ],
  [
    "the rest of the word, too",
    "columns:\n  - column_type: sam|xyz\n",
    "sampler",
    "columns:\n  - column_type: sampler\n",
  ],
  ["the entry of a list, where it is missing", "columns:\n  |", "- name", "columns:\n  - name: "],
])("choosing a key types %s", (_, body, label, expected) => expect(chosen(body, label)).toBe(expected));

it.each([
  ['{"|"}', "columns", '{"columns": }'],
  ['{"columns": [{"na|"}]}', "name", '{"columns": [{"name": }]}'],
  [
    '{"columns": [{"name": "a", "column_type": "|"}]}',
    "sampler",
    '{"columns": [{"name": "a", "column_type": "sampler"}]}',
  ],
  [
    '{"columns": [{"column_type": "sampler", "sampler_type": "uuid", "params": {"|"}}]}',
    "prefix",
    '{"columns": [{"column_type": "sampler", "sampler_type": "uuid", "params": {"prefix": }}]}',
  ],
  [
    '{\n  "columns": [\n    {\n      "name": "a",\n      "|"\n    }\n  ]\n}',
    "column_type",
    '{\n  "columns": [\n    {\n      "name": "a",\n      "column_type": \n    }\n  ]\n}',
  ],
])("JSON is completed with its quotes: %j", (body, label, expected) => {
  expect(chosen(body, label, JSON_CELL).replaceAll(/: "(?=[}\n])/g, ": ")).toBe(expected);
});

it("each key says what it is for and whether it is required", () => {
  const { items } = offered("columns:\n  - name: a\n    column_type: llm-text\n    |");

  expect(items.find((item) => item.label === "prompt")).toMatchObject({ detail: "required" });
  expect(items.find((item) => item.label === "model_alias")?.documentation).toContain("Alias");
  expect(items.slice(0, 2).map((item) => item.detail)).toEqual(["required", "required"]);
  expect(items.filter((item) => !item.documentation)).toEqual([]);
});

it("each kind of column says what it makes", () => {
  const { items } = offered("columns:\n  - name: a\n    column_type: |");

  expect(items.filter((item) => !item.documentation)).toEqual([]);
});

it("a mistake elsewhere takes nothing away", () => {
  const broken = 'columns:\n  - name: "open\n  - name: b\n    column_type: sampler\n    sampler_type: u|\n';
  const bracket =
    "columns:\n  - name: a\n    column_type: validation\n    target_columns: [\n  - name: b\n    column_type: |\n";

  expect(labels("columns:\n  - name: a\n   bad: 1\n  - name: b\n    column_type: sampl|\n")).toEqual([
    "sampler",
  ]);
  expect(() => [labels(broken), labels(bracket)]).not.toThrow();
});

it("places count from the beginning of the cell, whatever is before", () => {
  const body = "columns:\n  - name: 🦊\n    column_type: samp|";

  expect(chosen(body, "sampler", `\n${YAML}`)).toBe("columns:\n  - name: 🦊\n    column_type: sampler");
});
