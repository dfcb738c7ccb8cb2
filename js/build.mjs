/** Bundles the widget into dd_jupyter/static: one ES module and one style sheet, with nothing left to fetch. */
import * as esbuild from "esbuild";

const options = {
  entryPoints: { widget: "js/src/widget/index.tsx" },
  outdir: "dd_jupyter/static",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  banner: { js: "/*! Contains Preact, (c) 2015-present Jason Miller, MIT License. */" },
  logLevel: "info",
};

if (process.argv.includes("--watch")) {
  const context = await esbuild.context({ ...options, minify: false, sourcemap: "inline" });
  await context.watch();
} else {
  await esbuild.build(options);
}
