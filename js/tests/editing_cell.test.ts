import { expect, it } from "vitest";
import { configurationIn } from "../src/lab/editing/cell";

it.each([
  ["%%dd_preview --format yaml\ncolumns: []", "yaml", "columns: []"],
  ["%%dd_create reviews -n 20 --format yaml --submit\nx", "yaml", "x"],
  ["%%dd_check --format=json\n{}", "json", "{}"],
  ["%%dd_migrate --format 'yaml'\nx", "yaml", "x"],
  ["\n\n%%dd_submit --format yaml\nx", "yaml", "x"],
  ["%%dd_preview --format yaml", "yaml", ""],
])("the cell %j holds a configuration", (text, format, body) => {
  const found = configurationIn(text);

  expect(found?.format).toBe(format);
  expect(text.slice(found?.from)).toBe(body);
});

it.each([
  "",
  "x = 1",
  "%%dd_preview\nbuilder",
  "%%dd_preview --format python\nbuilder",
  "%dd_preview -c x --format yaml",
  "%%bash\n%%dd_preview --format yaml\n",
  "%%dd_jobs --format yaml\n",
  "%%dd_preview\n# --format yaml\n",
  "%%dd_preview --format yamlish\n",
  "%%dd_previewer --format yaml\n",
])("the cell %j is none of ours", (text) => expect(configurationIn(text)).toBeUndefined());
