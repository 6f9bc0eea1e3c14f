// Makes an SVG sprite of exactly the Tabler icons that templates and Python name: {% icon "home" %} in a
// template, icon="home" in Python or in an include, and in modules of navigation any text that is an icon's name.
// Names that only data can carry stand in frontend/icons.txt.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const USES = [/\{%\s*icon\s+"([a-z0-9-]+)"/g, /\bicon(?:_name)?\s*[=:]\s*"([a-z0-9-]+)"/g];

const NAVIGATION = /\/(navigation|shell|manifest)\.py$/;
const TEXT = /"([a-z][a-z0-9-]+)"/g;

function iconFile(root, name) {
  return join(root, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
}

async function listed(root) {
  const text = await readFile(join(root, "frontend/icons.txt"), "utf8");
  return text.split("\n").map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
}

/** @returns {Promise<{svg: string, names: string[]}>} throws when a named icon does not exist */
export async function iconSprite(root, files) {
  const wanted = new Map((await listed(root)).map((name) => [name, "frontend/icons.txt"]));
  for (const { path, text } of files) {
    for (const pattern of USES) {
      for (const [, name] of text.matchAll(pattern)) wanted.set(name, path);
    }
    if (NAVIGATION.test(path)) {
      for (const [, name] of text.matchAll(TEXT)) if (existsSync(iconFile(root, name))) wanted.set(name, path);
    }
  }
  const symbols = [];
  for (const name of [...wanted.keys()].sort()) {
    let text;
    try {
      text = await readFile(iconFile(root, name), "utf8");
    } catch {
      throw new Error(`no Tabler icon "${name}" (named in ${wanted.get(name)})`);
    }
    const body = text.slice(text.indexOf(">", text.indexOf("<svg")) + 1, text.lastIndexOf("</svg>"));
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`);
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${symbols.join("\n")}</svg>\n`;
  return { svg, names: [...wanted.keys()].sort() };
}
