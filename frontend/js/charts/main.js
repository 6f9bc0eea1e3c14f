// The chart script: turns the page's own chart description into an ECharts drawing in Weijian's theme.
// Loaded only where a chart stands. Canvas and plain-text tooltips, so that a strict content policy holds.
import { init, use } from "echarts/core";
import { BarChart, CustomChart, LineChart, MapChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { optionFor } from "./option.js";
import { geoOption } from "./geo.js";

use([BarChart, CustomChart, LineChart, MapChart, ScatterChart, AriaComponent, GridComponent, LegendComponent,
  MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

const drawn = new Map(); // canvas → { chart, spec }
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function apply({ chart, spec }, forPrint) {
  const base = spec.kind === "geo" ? geoOption(spec, forPrint) : optionFor(spec, { print: forPrint, width: chart.getWidth() });
  chart.setOption({ animation: !still && !forPrint, animationDuration: 250, ...base }, true);
}

async function draw(canvas, spec) {
  if (spec.kind === "geo") await geoOption.load(spec);
  const chart = init(canvas, null, { renderer: "canvas", devicePixelRatio: Math.max(window.devicePixelRatio, 2) });
  const entry = { chart, spec };
  drawn.set(canvas, entry);
  apply(entry, false);
  chart.on("click", (point) => {
    const url = spec.links[point.dataIndex];
    if (url) window.location.assign(url);
  });
  new ResizeObserver(() => canvas.isConnected ? chart.resize() : forget(canvas)).observe(canvas);
}

function forget(canvas) {
  drawn.get(canvas)?.chart.dispose();
  drawn.delete(canvas);
}

function resize() {
  for (const { chart } of drawn.values()) chart.resize();
}

// Paper: patterns instead of tints, no animation, the width of the page.
window.addEventListener("beforeprint", () => drawn.forEach((entry) => { entry.chart.resize(); apply(entry, true); }));
window.addEventListener("afterprint", () => drawn.forEach((entry) => { entry.chart.resize(); apply(entry, false); }));

window.weijianCharts = { draw, resize };
