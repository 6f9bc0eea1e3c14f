// Finds the files that name CSS classes and icons: every template of the package, the Python of web and
// foundation/ui (components carry class and icon names), manifests and navigation modules (icons), and our own scripts.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

async function* walk(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["static", "__pycache__", "migrations", "locale"].includes(entry.name)) yield* walk(path);
    } else {
      yield path;
    }
  }
}

function namesClasses(path) {
  return path.endsWith(".html") || /\/(manifest|navigation)\.py$/.test(path) || /\/(web|foundation\/ui)\/.*\.py$/.test(path);
}

/** @returns {Promise<{path: string, text: string}[]>} sorted by path, so that builds are reproducible */
export async function sourceFiles(root) {
  const found = [];
  for await (const path of walk(join(root, "src/weijian"))) {
    if (namesClasses(path)) found.push(path);
  }
  for await (const path of walk(join(root, "frontend/js"))) found.push(path);
  found.sort();
  return Promise.all(found.map(async (path) => ({ path, text: await readFile(path, "utf8") })));
}
