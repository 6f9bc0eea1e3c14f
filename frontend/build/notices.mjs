// Collects the licence texts of the packages whose code or drawings end up in the built files.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const SHIPPED = ["@tabler/core", "@tabler/icons", "htmx.org", "echarts", "zrender",
  "@expo-google-fonts/noto-serif-sc", "@expo-google-fonts/noto-sans-sc"];

export async function notices(root) {
  const parts = [];
  for (const name of SHIPPED) {
    const folder = join(root, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const texts = (await readdir(folder, { withFileTypes: true, recursive: true }))
      .filter((entry) => entry.isFile() && /^(licen[cs]e|notice)/i.test(entry.name) && !(entry.parentPath ?? entry.path).includes("node_modules/" + name + "/node_modules"))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort();
    const bodies = await Promise.all(texts.map((file) => readFile(file, "utf8")));
    parts.push(`${name} ${version} (${license})\n\n${bodies.join("\n")}`);
  }
  return parts.join(`\n${"-".repeat(80)}\n`);
}
