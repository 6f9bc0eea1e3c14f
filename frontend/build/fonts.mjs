// Puts the two Chinese type faces for PDF documents and server-drawn charts where the document engine finds
// them. Pages themselves use the fonts of the reader's system; no page loads these files.
import { copyFile, stat } from "node:fs/promises";
import { join } from "node:path";

const FACES = [
  ["noto-serif-sc", "NotoSerifSC", "NotoSerifSC"],
  ["noto-sans-sc", "NotoSansSC", "NotoSansSC"],
];
const WEIGHTS = [["400Regular", "Regular"], ["700Bold", "Bold"]];

async function size(path) {
  try { return (await stat(path)).size; } catch { return -1; }
}

export async function copyFonts(root, folder) {
  for (const [pack, source, target] of FACES) {
    const base = join(root, "node_modules/@expo-google-fonts", pack);
    for (const [weight, name] of WEIGHTS) {
      const from = join(base, weight, `${source}_${weight}.ttf`);
      const to = join(folder, `${target}-${name}.ttf`);
      if ((await size(from)) !== (await size(to))) await copyFile(from, to);
    }
    await copyFile(join(base, "LICENSE_FONT"), join(folder, `${target}-LICENSE.txt`));
  }
}
