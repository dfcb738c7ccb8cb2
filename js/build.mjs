/**
 * Bundles the browser code: into dd_jupyter/static the views, one ES module with its styles, and the loader of each
 * widget; into build the plugins for JupyterLab, which `npm run pack` makes an extension of.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
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
/** JupyterLab has these, and there may be but one of each in a page. */
const SHARED = [
  "@jupyterlab/*",
  "@lumino/*",
  "@codemirror/language",
  "@codemirror/state",
  "@codemirror/view",
];

async function styles(entry) {
  const built = await esbuild.build({ ...options, entryPoints: [entry], write: false, logLevel: "warning" });
  return JSON.stringify(built.outputFiles[0].text.trim());
}

const views = {
  ...options,
  entryPoints: { widget: "js/src/widget/index.tsx" },
  outdir: "dd_jupyter/static",
  banner: { js: LICENCE },
  define: { DD_STYLES: await styles("js/src/styles/all.css") },
};
const loader = {
  ...options,
  entryPoints: { loader: "js/src/widget/loader.ts" },
  outdir: "dd_jupyter/static",
};
/** After the views: it says which version of them it holds, as `display/widgets/code.py` does. */
const lab = async () => ({
  ...options,
  entryPoints: { lab: "js/src/lab/index.ts" },
  outdir: "build",
  splitting: true, // what is brought only when it is needed is a file of its own
  chunkNames: "lab-[name]",
  external: SHARED,
  banner: { js: LICENCE },
  define: {
    DD_STYLES: await styles("js/src/styles/lab.css"),
    DD_FINGERPRINT: JSON.stringify(fingerprint(await readFile("dd_jupyter/static/widget.js"))),
  },
});
const fingerprint = (code) => createHash("sha256").update(code).digest("hex").slice(0, 16);

/** While watching: an extension out of each bundle of the plugins. */
const pack = {
  name: "pack",
  setup: (build) =>
    build.onEnd(({ errors }) => {
      if (!errors.length) spawnSync("npm", ["run", "--silent", "pack"], { stdio: "inherit" });
    }),
};

async function watch(built) {
  const context = await esbuild.context({ ...built, sourcemap: "inline" });
  await context.rebuild(); // `watch` does not wait for the first build, and `lab` reads what `views` writes
  await context.watch();
}

if (watching) {
  await watch(views);
  await watch(loader);
  await watch({ ...(await lab()), plugins: [pack] });
} else {
  await Promise.all([esbuild.build(views), esbuild.build(loader)]);
  await esbuild.build(await lab());
}
