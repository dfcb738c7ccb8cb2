/** Bundles the views into dd_jupyter/static: one ES module with its styles, and the loader of each widget. */
import * as esbuild from "esbuild";

const watching = process.argv.includes("--watch");
const options = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: !watching,
  logLevel: "info",
};
const LICENCE = "/*! Contains Preact, (c) 2015-present Jason Miller, MIT License. */";

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
  banner: { js: LICENCE },
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
