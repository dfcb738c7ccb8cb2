/** Makes js/src/wire/wire.ts and saved.json from the schemas that scripts/wire.py prints. */
import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { compile } from "json-schema-to-typescript";

const { fingerprint, schema, saved } = JSON.parse(await text(process.stdin));
const types = await compile(withoutTitles(schema), "Wire", {
  additionalProperties: false,
  bannerComment: `// Made from the models of dd_jupyter/display and server by \`make wire\`; not to be edited. Schema ${fingerprint}.`,
  ignoreMinAndMaxItems: true,
  style: { printWidth: 110 },
  unreachableDefinitions: true,
});
const chatter = / \*\n \* This interface was referenced by .*\n \* via the `definition` .*\n/g;
await writeFile(new URL("src/wire/wire.ts", import.meta.url), types.replace(chatter, ""));
await writeFile(new URL("src/wire/saved.json", import.meta.url), `${JSON.stringify(saved)}\n`);

/** Each title of a property would become a type of its own. */
function withoutTitles(value, named = false) {
  if (Array.isArray(value)) return value.map((item) => withoutTitles(item));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => named || key !== "title")
      .map(([key, item]) => [key, withoutTitles(item, key === "properties" || key === "$defs")]),
  );
}
