/** Bundles the views into dd_jupyter/static: one ES module with its styles, and the loader of each widget. */
import * as esbuild from "esbuild";

const watching = process.argv.includes("--watch");
const options = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: !watching,
  // HighTable is written for React, of which Preact has the same parts in a twentieth of the size.
  alias: { react: "preact/compat", "react-dom": "preact/compat", "react/jsx-runtime": "preact/jsx-runtime" },
  logLevel: "info",
};
const LICENCES =
  "/*! Contains Preact, (c) 2015-present Jason Miller, and HighTable, (c) Hyperparam: both MIT License. */";

async function styles() {
  const built = await esbuild.build({
    ...options,
    entryPoints: ["js/src/styles/all.css"],
    write: false,
    logLevel: "warning",
  });
  return built.outputFiles[0].text.trim();
}

const views = {
  ...options,
  entryPoints: { widget: "js/src/widget/index.tsx" },
  outdir: "dd_jupyter/static",
  banner: { js: LICENCES },
  define: { DD_STYLES: JSON.stringify(await styles()) },
};
const loader = {
  ...options,
  entryPoints: { loader: "js/src/widget/loader.ts" },
  outdir: "dd_jupyter/static",
};

if (watching) {
  for (const each of [views, loader]) await (await esbuild.context({ ...each, sourcemap: "inline" })).watch();
} else {
  await Promise.all([esbuild.build(views), esbuild.build(loader)]);
}
