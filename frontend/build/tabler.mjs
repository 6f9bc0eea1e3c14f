// Reduces Tabler's style sheet to the rules our templates can reach. What a page author is likely to reach
// for next (spacing, grid, text, buttons, tables, forms) is kept whether used or not, so that a new
// template seldom needs anything that is missing.
import { join } from "node:path";
import { readFile } from "node:fs/promises";
import { PurgeCSS } from "purgecss";
import { downLevel } from "./colours.mjs";

const KEEP = [
  /^[mp][tbsexy]?-(auto|[0-6])$/, /^g[xy]?-[0-5]$/, /^gap-[0-5]$/, /^d-(sm-|md-|lg-|print-)?(none|inline|block|flex|grid|inline-block)$/,
  /^(row|col|container-xl|container-fluid)$/, /^col-((sm|md|lg)-)?(auto|\d+)$/, /^row-cols-/,
  /^(align|justify|order|flex)-/, /^[wh]-(25|50|75|100|auto)$/, /^text-(start|end|center|nowrap|wrap|truncate|muted|secondary|break|danger|success|warning|reset|decoration-none)$/,
  /^fw-/, /^fs-[1-6]$/, /^lh-/, /^(m|overflow|position)-/, /^border(-(0|top|bottom|start|end))?$/, /^rounded(-\d)?$/,
  /^btn(-(primary|secondary|ghost-secondary|outline-primary|outline-secondary|outline-danger|danger|link|sm|lg|icon|list|group|close))?$/,
  /^badge$/, /^bg-(blue|green|red|yellow|azure|teal|secondary|primary|danger|warning|success)-lt$/,
  /^alert(-(info|success|warning|danger|title|link|dismissible))?$/,
  /^card(-(header|body|footer|title|subtitle|table|actions|sm))?$/, /^table(-(responsive|sm|vcenter|hover|bordered|striped|active))?$/,
  /^form-/, /^input-(group|icon)/, /^(in)?valid-feedback$/, /^is-(in)?valid$/, /^list-(group|unstyled|inline)/, /^datagrid/,
  /^nav(-(tabs|item|link|pills))?$/, /^tab-(content|pane)$/, /^(active|disabled|show|fade)$/, /^progress/, /^spinner-border/,
  /^page-(link|item)$/, /^pagination$/, /^visually-hidden/, /^htmx-/, /^breadcrumb/, /^h[1-6]$/, /^small$/, /^empty/,
];

/** @param {{path: string, text: string}[]} files */
export async function purgedTabler(root, files) {
  const css = await readFile(join(root, "node_modules/@tabler/core/dist/css/tabler.css"), "utf8");
  const [result] = await new PurgeCSS().purge({
    content: files.map(({ text }) => ({ raw: text, extension: "html" })),
    css: [{ raw: css }],
    safelist: { standard: KEEP },
    keyframes: true,
    variables: false,
  });
  return downLevel(result.css).replace(/\/\*# sourceMappingURL=[^*]*\*\//g, "");
}
