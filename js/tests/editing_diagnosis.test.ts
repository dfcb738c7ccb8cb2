import { expect, it } from "vitest";
import { configurationIn } from "../src/lab/editing/cell";
import { diagnose } from "../src/lab/editing/diagnosis";
import { referencesIn } from "../src/lab/editing/names";
import type { Schema } from "../src/lab/editing/schema";
import schema from "./editing_schema.json";

const YAML = "%%dd_preview --format yaml\n";
const JSON_CELL = "%%dd_check --format=json\n";

function found(body: string, header = YAML, known: Schema | null = schema as Schema) {
  const text = header + body;
  const cell = configurationIn(text);
  if (!cell) throw new Error("no configuration");
  return diagnose(text, cell.from, cell.format, known ?? undefined).map(
    ({ from, to, message }) => [text.slice(from, to), message] as const,
  );
}

const AGE = `  - name: age
    column_type: sampler
    sampler_type: uniform
    params: {low: 1, high: 9}
`;
const column = (rest: string) => `columns:\n${AGE}  - name: b\n${rest.replace(/^/gm, "    ")}\n`;
const model = (rest: string) =>
  `${column("column_type: expression\nexpr: x")}model_configs:\n  - alias: text\n${rest.replace(/^/gm, "    ")}\n`;

const GOOD = [
  `columns:\n${AGE}`,
  `data_designer:\n  columns:\n${AGE.replace(/^/gm, "  ").trimEnd()}\nlibrary_version: 0.9.6\n`,
  column(
    "column_type: sampler\nsampler_type: category\nparams:\n  values: [S, 1, 2.5]\n  weights: [1, 2, 0.5]",
  ),
  column("column_type: sampler\nsampler_type: uuid\nparams: {}"),
  column(
    "column_type: sampler\nsampler_type: datetime\nparams: {start: 2024-01-01, end: '2024-06-01', unit: h}",
  ),
  column("column_type: sampler\nsampler_type: uniform\nparams: {low: '1', high: 2}\nconvert_to: int"),
  column("column_type: sampler\nsampler_type: uniform\nparams: {sampler_type: uniform, low: 1, high: 2}"),
  column(
    "column_type: sampler\nsampler_type: uniform\nparams: {low: 1, high: 2}\nconditional_params:\n  age > 3: {low: 2, high: 3}",
  ),
  column("column_type: expression\nexpr: '{{ age }}'\ndrop: yes"),
  column("column_type: expression\nexpr: '{{ age }}'\ndrop: 'on'"),
  column(
    "column_type: llm-text\nmodel_alias: text\nprompt: |\n  {% for n in range(3) %}{{ n }} {{ loop.index }}{% endfor %}\n  {{ age | default('x y') }} {{ age is defined }} {{ 'word' }} {# nobody #}",
  ),
  column(
    "column_type: llm-text\nmodel_alias: text\nprompt: '{% set half = age / 2 %}{{ half }}'\nskip: {when: '{{ age > 3 }}'}",
  ),
  column("column_type: llm-text\nmodel_alias: text\nprompt: x\nsystem_prompt:\nwith_trace: all_messages"),
  column(
    "column_type: llm-judge\nmodel_alias: text\nprompt: '{{ age }}'\nscores:\n  - {name: s, description: d, options: {1: bad, 2: good}}",
  ),
  column(
    "column_type: llm-structured\nmodel_alias: text\nprompt: x\noutput_format: {type: object, properties: {a: {type: string}}}",
  ),
  column(
    "column_type: validation\ntarget_columns: [age]\nvalidator_type: code\nvalidator_params: {code_lang: python}",
  ),
  `${column("column_type: expression\nexpr: '{{ b2__trace }}'")}  - {name: b2, column_type: llm-text, prompt: x, model_alias: t}\n`,
  `${column("column_type: expression\nexpr: '{{ anything }}'")}seed_config:\n  source: {seed_type: hf, path: a/b}\n`,
  `${column("column_type: expression\nexpr: x")}seed_config:\n  source: {seed_type: nmp, path: a/b#c}\n  selection_strategy: {index: 1, num_partitions: 3}\n  sampling_strategy: shuffle\n`,
  `${column("column_type: expression\nexpr: x")}constraints:\n  - {target_column: age, operator: lt, rhs: 3}\n  - {target_column: age, operator: lt, rhs: b}\n`,
  `${column("column_type: expression\nexpr: x")}processors:\n  - {name: d, processor_type: drop_columns, column_names: [age, 'a*']}\n  - name: t\n    processor_type: schema_transform\n    template: {x: ['{{ age }}', {y: '{{ b }}'}]}\n`,
  model("model: m\nprovider: p"),
  model("model: m\nprovider: p\ninference_parameters: {temperature: 0.3, max_tokens: 100}"),
  model(
    "model: m\nprovider: p\ninference_parameters:\n  temperature: {distribution_type: uniform, params: {low: 0, high: 1}}",
  ),
  model("model: m\nprovider: p\ninference_parameters: {generation_type: embedding, dimensions: 3}"),
  `base: &base\n`.slice(0, 0) +
    `columns:\n  - &one\n    name: y\n    column_type: expression\n    expr: x\n  - <<: *one\n    name: n\n`,
  "columns: []\nmodel_configs:\nconstraints: null\n",
  "",
  "   \n# nothing yet\n",
];

it.each(GOOD)("nothing is said of what the library reads: %j", (body) => expect(found(body)).toEqual([]));

it.each([
  ["colums: []\n", "colums", "The configuration has no `colums`: did you mean `columns`?"],
  [
    "columns: []\nnothing: 1\n",
    "nothing",
    /^The configuration has no `nothing`: leave it out, or choose one of `model_configs`, /,
  ],
  [
    column("column_type: expression\nexp: x\nexpr: y"),
    "exp",
    /^An entry of `columns` with `column_type: expression` has no `exp`: /,
  ],
  [
    column("column_type: sampler\nsampler_type: uniform\nparams: {low: 1, hihg: 2}"),
    "hihg",
    "`params` with `sampler_type: uniform` has no `hihg`: did you mean `high`?",
  ],
  [
    column("column_type: llm-text\nmodel_alias: m\nprompt: x\nsampler_type: uuid"),
    "sampler_type",
    /^An entry of `columns` with `column_type: llm-text` has no `sampler_type`: leave it out/,
  ],
  [
    model("model: m\nprovider: p\ninference_parameters: {temprature: 1}"),
    "temprature",
    "`inference_parameters` with `generation_type: chat-completion` has no `temprature`: did you mean `temperature`?",
  ],
])("a key that does not belong there is marked: %j", (body, marked, said) => {
  const problems = found(body);
  const one = problems.find(([text]) => text === marked);

  expect(one?.[1]).toMatch(
    typeof said === "string" ? new RegExp(`^${said.replace(/[?.*`{}()]/g, "\\$&")}$`) : said,
  );
});

it.each([
  ["model_configs: []\n", [["model_configs", "The configuration needs `columns`: add it."]]],
  [
    "columns:\n  - name: a\n",
    [["name", /^An entry of `columns` needs `column_type`: add it, or choose one of `embedding`, /]],
  ],
  [
    column("column_type: llm-text"),
    [
      [
        "name",
        "An entry of `columns` with `column_type: llm-text` needs `prompt` and `model_alias`: add them.",
      ],
    ],
  ],
  [
    column("column_type: sampler\nsampler_type: uniform\nparams: {low: 1}"),
    [["low", "`params` with `sampler_type: uniform` needs `high`: add it."]],
  ],
  [
    column("column_type: sampler\nsampler_type: uniform\nparams: {}"),
    [["{", "`params` with `sampler_type: uniform` needs `low` and `high`: add them."]],
  ],
])("what is missing is told at the beginning of the part: %j", (body, expected) => {
  const problems = found(body);

  expect(problems.map(([text]) => text)).toEqual(expected.map(([text]) => text));
  for (const [index, [, said]] of expected.entries())
    if (said instanceof RegExp) expect(problems[index]?.[1]).toMatch(said);
    else expect(problems[index]?.[1]).toBe(said);
});

it.each([
  [
    column("column_type: sampler\nsampler_type: unifrom\nparams: {low: 1, high: 2}"),
    "unifrom",
    "`sampler_type` cannot be `unifrom`: did you mean `uniform`?",
  ],
  [
    column("column_type: llm_text\nprompt: x"),
    "llm_text",
    "`column_type` cannot be `llm_text`: did you mean `llm-text`?",
  ],
  [
    column("column_type: custom\ngenerator_function: f"),
    "custom",
    "`column_type: custom` holds what only Python can make: write this configuration in Python, without `--format yaml`.",
  ],
  [
    "columns: []\nseed_config:\n  source: {seed_type: df}\n",
    "df",
    "`seed_type: df` holds what only Python can make: write this configuration in Python, without `--format yaml`.",
  ],
  [
    "columns: []\nseed_config:\n  source: {seed_type: hf, path: a}\n  sampling_strategy: random\n",
    "random",
    "`sampling_strategy` cannot be `random`: correct it, or choose one of `ordered` and `shuffle`.",
  ],
  [
    column("column_type: expression\nexpr: x\ndrop: maybe"),
    "maybe",
    "`drop` must be true or false, not the text `maybe`.",
  ],
  [
    column("column_type: expression\nexpr: 1"),
    "1",
    '`expr` must be text, not the number `1`: put it in quotes, `"1"`.',
  ],
  [
    column("column_type: expression\nexpr: yes"),
    "yes",
    '`expr` must be text, not `yes`: put it in quotes, `"yes"`.',
  ],
  [column("column_type: expression\nexpr: [a]"), "[a]", "`expr` must be text, not a list."],
  [column("column_type: expression\nexpr: {a: 1}"), "{a: 1}", "`expr` must be text, not a map."],
  [
    column("column_type: sampler\nsampler_type: uniform\nparams: {low: few, high: 2}"),
    "few",
    "`low` must be a number, not the text `few`.",
  ],
  [
    column("column_type: sampler\nsampler_type: category\nparams: {values: S}"),
    "S",
    "`values` must be a list, not the text `S`: begin each entry with `- `.",
  ],
  [
    column("column_type: sampler\nsampler_type: bernoulli\nparams: {p: 2}"),
    "2",
    "`p` must be 1 or less, not 2.",
  ],
  [
    column("column_type: sampler\nsampler_type: binomial\nparams: {p: 0.5, n: 2.5}"),
    "2.5",
    "`n` must be a whole number, not the number `2.5`.",
  ],
  [
    model("model: m\nprovider: p\ninference_parameters: {max_tokens: 0}"),
    "0",
    "`max_tokens` must be 1 or more, not 0.",
  ],
  ["columns: {name: a}\n", "{name: a}", "`columns` must be a list, not a map: begin each entry with `- `."],
  [
    "columns:\n  - just a text\n",
    "just a text",
    "An entry of `columns` must be a map, not the text `just a text`.",
  ],
  ["- name: a\n", "- name: a", "The configuration must have `columns` at its top, not a list."],
  [column("column_type: expression\nexpr: {{ age }}"), "{{ age }}", /template without quotes/],
])("a value that cannot be is marked: %j", (body, marked, said) => {
  const problems = found(body);

  expect(problems.map(([text]) => text)).toContain(marked);
  const message = problems.find(([text]) => text === marked)?.[1];
  if (said instanceof RegExp) expect(message).toMatch(said);
  else expect(message).toBe(said);
});

it.each([
  [
    model("model: m\nprovider: p")
      .replace("column_type: expression", "column_type: llm-text\n    model_alias: txt\n    prompt: y")
      .replace("    expr: x\n", ""),
    "txt",
    "No model has the alias `txt`: did you mean `text`?",
  ],
  [
    `${model("model: m\nprovider: p")}profilers:\n  - model_alias: other\n`,
    "other",
    "No model has the alias `other`: add it to `model_configs`, or choose `text`.",
  ],
  [column("column_type: llm-text\nmodel_alias: any\nprompt: x"), undefined, undefined],
  [
    column("column_type: expression\nexpr: 'of {{ agee }} and {{ age }}'"),
    "agee",
    "No column is named `agee`: did you mean `age`?",
  ],
  [
    column("column_type: llm-text\nmodel_alias: m\nprompt: |\n  Some\n  {% if city %}{{ age }}{% endif %}"),
    "city",
    "No column is named `city`: add it to `columns`, or choose one of `age` and `b`.",
  ],
  [
    column(
      "column_type: validation\ntarget_columns: [code]\nvalidator_type: code\nvalidator_params: {code_lang: python}",
    ),
    "code",
    "No column is named `code`: add it to `columns`, or choose one of `age` and `b`.",
  ],
  [
    `${column("column_type: expression\nexpr: x")}processors:\n  - {name: t, processor_type: schema_transform, template: {x: ['{{ nobody }}']}}\n`,
    "nobody",
    /^No column is named `nobody`: add it/,
  ],
  [
    `${column("column_type: expression\nexpr: x")}constraints:\n  - {target_column: agee, operator: lt, rhs: 3}\n`,
    "agee",
    /did you mean `age`\?$/,
  ],
])("a name of nothing is marked: %j", (body, marked, said) => {
  const problems = found(body);

  expect(problems.map(([text]) => text)).toEqual(marked === undefined ? [] : [marked]);
  if (said instanceof RegExp) expect(problems[0]?.[1]).toMatch(said);
  else expect(problems[0]?.[1]).toBe(said);
});

it.each([
  ["columns:\n  - name: [a\n    column_type: x\n", /comma|closes|open/],
  ["columns:\n\t- name: a\n", /tab/i],
  ["columns:\n  - name: a: b\n", /two keys in one line/],
  ['columns:\n  - name: "a\n', /closes a quote/],
  ["columns: []\n---\ncolumns: []\n", /one configuration/],
  ["columns: []\ncolumns: []\n", /stands here twice/],
  ["columns: *nothing\n", /anchor/],
  ["columns: @a\n", /quotes/],
])("what is not YAML is told, without a schema too: %j", (body, said) => {
  for (const known of [schema as Schema, null]) {
    const messages = found(body, YAML, known).map(([, message]) => message);
    expect(messages.join("\n")).toMatch(said);
    for (const message of messages) expect(message).toMatch(/[.?]$/);
  }
});

it("without a schema only what is not YAML is told", () =>
  expect(found("colums: 1\n", YAML, null)).toEqual([]));

it.each([
  ['{"columns": []}', []],
  ['{"columns": [],}', ["}"]],
  ["{'columns': []}", ["'"]],
  ['{"columns": [}', ["}"]],
  ['{"colums": []}', ['"colums"']],
  ['{"columns": [{"name": "a", "column_type": "expression", "expr": 1}]}', ["1"]],
])("JSON is checked as JSON: %j", (body, marked) =>
  expect(found(body, JSON_CELL).map(([text]) => text)).toEqual(marked),
);

it("a text that stands for endlessly many parts, or none that ends, is let be", () => {
  const doubling = Array.from(
    { length: 40 },
    (_, i) => `x${i}: &x${i} [${i ? `*x${i - 1}, *x${i - 1}` : "1"}]`,
  ).join("\n");

  expect(
    found(
      `${column("column_type: llm-structured\nmodel_alias: m\nprompt: x\noutput_format: {a: 1}")}${doubling}\n`,
    ).length,
  ).toBeGreaterThan(0);
  expect(found("columns: &a [*a]\n")).toEqual([]);
  expect(found(column(`column_type: expression\nexpr: '${"{{".repeat(9_000)}'`))).toEqual([]);
  expect(found(`columns: ${"[".repeat(50_000)}`)).toBeDefined();
});

it("of a long configuration the first hundred problems are told", () => {
  const columns = Array.from(
    { length: 330 },
    (_, index) => `  - {name: c${index}, column_type: expression, expr: "{{ x }}"}`,
  );

  const problems = found(`columns:\n${columns.join("\n")}\n`);

  expect(problems).toHaveLength(100);
  expect(new Set(problems.map(([, message]) => message)).size).toBe(1);
});

it.each([
  ["{{ a }} {{ b.c }} {{ d | upper }}", ["a", "b", "d"]],
  ["{{ a if b else c }}", ["a", "b", "c"]],
  ["{{ 'a' ~ b ~ \"c\" }}", ["b"]],
  ["{{ a|join(sep=', ') }}{{ f(x=y) }}", ["a", "f", "y"]],
  ["{% for k, v in rows.items() %}{{ k }}{{ v }}{{ loop.index }}{% endfor %}", ["rows"]],
  ["{% set x = y %}{{ x }}", ["y"]],
  ["{% if a is defined and not b %}{% elif c > 2 %}{% endif %}", ["a", "b", "c"]],
  ["{% raw %}{{ a }}{% endraw %}{# {{ b }} #} { c } {{ d }}", ["d"]],
  ["{{ a['b'] }}{{ 1e3 }}{{ true }}", ["a"]],
  ["{% macro m(p) %}{{ p }}{% endmacro %}{{ m(a) }}", ["a"]],
])("the variables of the template %j are known", (template, names) => {
  const references = referencesIn(template);

  expect(references.map(({ name }) => name)).toEqual(names);
  for (const { name, at } of references) expect(template.slice(at, at + name.length)).toBe(name);
});
