// Builds the static files of Weijian: one style sheet (Tabler reduced to what is used, then our own), one
// script, one chart script that is loaded only where a chart stands, an icon sprite, the fonts for documents.
// Called by scripts/assets.sh; needs nothing but node_modules. Output: src/weijian/web/static/build.
import { readFile, writeFile, mkdir, rm, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { purgedTabler } from "./build/tabler.mjs";
import { iconSprite } from "./build/icons.mjs";
import { copyFonts } from "./build/fonts.mjs";
import { notices } from "./build/notices.mjs";
import { sourceFiles } from "./build/sources.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "src/weijian/web/static/build");
// County offices run browsers several years behind; newer syntax is translated down to this.
const target = ["chrome90", "firefox90", "safari14.1"];
const SCRIPT_BUDGET = 300 * 1024; // bytes of script without the charts, see docs/ui

await mkdir(join(out, "fonts"), { recursive: true });
const files = await sourceFiles(root);

const tabler = await purgedTabler(root, files);
const own = await esbuild.build({
  entryPoints: [join(root, "frontend/css/main.css")],
  bundle: true, minify: true, write: false, target,
});
const css = await esbuild.transform(tabler + own.outputFiles[0].text, { loader: "css", minify: true, target });
await writeFile(join(out, "weijian.css"), css.code);

for (const [entry, name] of [["app.js", "weijian.js"], ["charts/main.js", "charts.js"]]) {
  await esbuild.build({
    entryPoints: [join(root, "frontend/js", entry)],
    outfile: join(out, name),
    bundle: true, minify: true, format: "iife", target, legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
  });
}

const sprite = await iconSprite(root, files);
await writeFile(join(out, "icons.svg"), sprite.svg);
await writeFile(join(out, "favicon.svg"), await readFile(join(root, "frontend/favicon.svg")));
await copyFonts(root, join(out, "fonts"));
await writeFile(join(out, "THIRD_PARTY.txt"), await notices(root));

const sizes = {};
for (const name of (await readdir(out)).sort()) {
  const file = join(out, name);
  if (!(await stat(file)).isFile() || name === "build.json") continue;
  const bytes = await readFile(file);
  sizes[name] = { bytes: bytes.length, gzip: gzipSync(bytes).length };
}
if (sizes["weijian.js"].bytes > SCRIPT_BUDGET) {
  await rm(join(out, "build.json"), { force: true });
  throw new Error(`weijian.js is ${sizes["weijian.js"].bytes} bytes; the budget is ${SCRIPT_BUDGET}`);
}
await writeFile(join(out, "build.json"), JSON.stringify({ icons: sprite.names, sizes }, null, 1));
for (const [name, size] of Object.entries(sizes)) {
  console.log(`assets: ${name.padEnd(18)} ${(size.bytes / 1024).toFixed(0).padStart(6)} KiB, gzip ${(size.gzip / 1024).toFixed(0)} KiB`);
}
