// Unpacks the Chromium of the npm package @sparticuz/chromium into the folder given: the program, its software
// renderer, the shared libraries that a bare system lacks, and a font. Called by browser.py.
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const target = resolve(process.argv[2]);
mkdirSync(dirname(target), { recursive: true });
const staging = mkdtempSync(`${target}-`);
process.env.TMPDIR = staging; // the package unpacks into the temporary folder

const here = createRequire(join(process.cwd(), "package.json"));
const entry = here.resolve("@sparticuz/chromium");
const folder = entry.slice(0, entry.lastIndexOf(join("@sparticuz", "chromium")) + join("@sparticuz", "chromium").length);
const { default: chromium } = await import(entry);
const { inflate } = await import(join(folder, "build", "esm", "lambdafs.js"));

await chromium.executablePath();
await inflate(join(folder, "bin", "al2023.tar.br"));
if (existsSync(join(staging, "al2023", "lib"))) cpSync(join(staging, "al2023", "lib"), join(staging, "lib"), { recursive: true });
rmSync(target, { recursive: true, force: true });
renameSync(staging, target); // whole or not at all
console.log(target);
