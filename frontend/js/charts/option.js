// From a chart description to an ECharts option. One idea a chart: one value axis, no second one, no 3-D, no pie.
import { ACCENT, AXIS, BAND, DASHES, FONT, INK, LAST_YEAR, LINE, QUIET, TARGET, colourOf, numberText } from "./theme.js";

const HORIZONTAL = new Set(["bar_horizontal", "pyramid"]);

function categoryAxis(spec, horizontal, width) {
  const months = monthLabels(spec.categories);
  const longest = Math.max(0, ...(months ?? spec.categories).map((name) => name.length));
  const crowded = !horizontal && spec.categories.length * longest * 13 > width - 80;
  return {
    type: "category", data: spec.categories, name: horizontal || months ? "" : spec.axis, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: QUIET },
    inverse: spec.kind === "bar_horizontal", boundaryGap: spec.kind !== "line",
    axisLine: { lineStyle: { color: AXIS } }, axisTick: { show: false },
    axisLabel: { color: QUIET, hideOverlap: true, interval: horizontal ? 0 : "auto", rotate: crowded && longest > 4 ? 35 : 0,
      width: horizontal ? 108 : undefined, overflow: "truncate", formatter: months ? (_, i) => months[i] : undefined },
  };
}

/** Months of one year need no year beside each: 2017-01 … 2017-12 become 1月 … 12月. */
function monthLabels(categories) {
  const parts = categories.map((name) => /^(\d{4})-(\d{2})$/.exec(name));
  if (!parts.length || parts.some((part) => !part || part[1] !== parts[0][1])) return null;
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", timeZone: "UTC" });
  return parts.map((part) => words.format(Date.UTC(Number(part[1]), Number(part[2]) - 1)));
}

function valueAxis(spec) {
  const widest = spec.kind === "pyramid" ? niceCeiling(Math.max(...spec.series.flatMap((s) => s.values.map((v) => v ?? 0)))) : undefined;
  return {
    min: widest && -widest, max: widest,
    type: "value", name: spec.unit, nameLocation: "end", nameGap: 12, nameTextStyle: { color: QUIET, align: "left" },
    scale: !spec.fromZero, splitLine: { lineStyle: { color: LINE } }, axisLine: { show: false },
    axisLabel: { color: QUIET, formatter: (value) => axisText(spec.kind === "pyramid" ? Math.abs(value) : value) },
  };
}

function niceCeiling(value) {
  const unit = 10 ** Math.floor(Math.log10(value || 1));
  return unit * [1, 2, 4, 5, 8, 10].find((step) => step * unit >= value);
}

function axisText(value) {
  const zh = !document.documentElement.lang.startsWith("en");
  if (zh && Math.abs(value) >= 1e8) return `${numberText(value / 1e8, 0).replace(/\.0$/, "")}亿`;
  if (zh && Math.abs(value) >= 1e4) return `${Number((value / 1e4).toFixed(2))}万`;
  return Number(value.toFixed(6)).toLocaleString("en-US");
}

function marks(spec, horizontal) {
  const found = {};
  if (spec.target) {
    found.markLine = {
      symbol: "none", silent: true, animation: false, lineStyle: { color: TARGET, type: "dashed", width: 1.5 },
      label: { formatter: horizontal ? `${spec.target.label} ${numberText(spec.target.value, spec.places)}` : `${spec.target.label}\n${numberText(spec.target.value, spec.places)}`,
        color: TARGET, position: spec.kind === "bar_horizontal" ? "start" : "end", lineHeight: 16, fontFamily: FONT },
      data: [horizontal ? { xAxis: spec.target.value } : { yAxis: spec.target.value }],
    };
  }
  if (spec.bands.length) {
    found.markArea = {
      silent: true, itemStyle: { color: BAND }, label: { color: QUIET, position: "insideBottom", fontFamily: FONT },
      data: spec.bands.map((band) => [{ name: band.label, xAxis: band.start }, { xAxis: band.end }]),
    };
  }
  return found;
}

function lineSeries(spec, series, index) {
  const colour = colourOf(series, index);
  return {
    type: "line", name: series.name, data: series.values, connectNulls: false,
    symbol: series.role === "last_year" ? "none" : ["circle", "rect", "triangle", "diamond"][index % 4],
    symbolSize: 5, showSymbol: spec.categories.length <= 24, color: colour,
    lineStyle: { width: series.role === "actual" ? 2.25 : 1.75, type: series.role === "last_year" ? "dashed" : DASHES[index % DASHES.length], color: colour },
    emphasis: { disabled: true },
  };
}

function barSeries(spec, series, index) {
  const colour = colourOf(series, index);
  const left = spec.kind === "pyramid" && index === 0;
  return {
    type: "bar", name: series.name, data: left ? series.values.map((v) => (v === null ? null : -v)) : series.values,
    stack: ["stacked", "pyramid"].includes(spec.kind) ? "all" : undefined, barMaxWidth: 28,
    barGap: "12%", itemStyle: { color: colour, borderRadius: spec.kind === "stacked" || spec.kind === "pyramid" ? 0 : 2 },
    emphasis: { disabled: true },
  };
}

/** Whiskers of an interval, drawn over bars, dots or lines. */
function intervalSeries(spec, series, horizontal) {
  return {
    type: "custom", name: series.name, silent: true, z: 5, color: INK,
    data: series.values.map((_, i) => [i, series.low[i], series.high[i]]), encode: horizontal ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    renderItem(_, api) {
      if (api.value(1) === null || Number.isNaN(api.value(1))) return null;
      const at = (value) => (horizontal ? api.coord([value, api.value(0)]) : api.coord([api.value(0), value]));
      const [a, b] = [at(api.value(1)), at(api.value(2))];
      const cap = (p) => (horizontal ? { x1: p[0], y1: p[1] - 4, x2: p[0], y2: p[1] + 4 } : { x1: p[0] - 4, y1: p[1], x2: p[0] + 4, y2: p[1] });
      const style = { stroke: INK, lineWidth: 1.25 };
      return { type: "group", children: [{ type: "line", shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] }, style },
        { type: "line", shape: cap(a), style }, { type: "line", shape: cap(b), style }] };
    },
  };
}

function seriesOf(spec, horizontal) {
  const drawn = spec.series.map((series, index) => {
    if (spec.kind === "line") return lineSeries(spec, series, index);
    if (spec.kind === "dot_interval") return { type: "scatter", name: series.name, data: series.values, symbolSize: 9, color: colourOf(series, index) };
    return barSeries(spec, series, index);
  });
  if (drawn.length) Object.assign(drawn[0], marks(spec, horizontal));
  return [...drawn, ...spec.series.filter((series) => series.low.length).map((series) => intervalSeries(spec, series, horizontal))];
}

function tooltip(spec) {
  return {
    trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: spec.kind === "line" ? "line" : "shadow", lineStyle: { color: ACCENT } },
    backgroundColor: "#fff", borderColor: "#c3cccf", borderWidth: 1, textStyle: { color: INK, fontSize: 13, fontFamily: FONT },
    formatter(points) {
      const rows = points.filter((point) => point.seriesType !== "custom").map((point) => {
        const source = spec.series.find((series) => series.name === point.seriesName);
        const interval = source?.low.length && source.low[point.dataIndex] !== null
          ? ` (${numberText(source.low[point.dataIndex], spec.places)}–${numberText(source.high[point.dataIndex], spec.places)})` : "";
        return `${point.marker}${point.seriesName}  ${numberText(source?.values[point.dataIndex], spec.places)} ${spec.unit}${interval}`;
      });
      return [points[0]?.axisValueLabel ?? points[0]?.name ?? "", ...rows].join("\n");
    },
  };
}

/** The whole option. `print` turns tints into patterns; `width` decides whether labels are turned. */
export function optionFor(spec, { print, width }) {
  const horizontal = HORIZONTAL.has(spec.kind);
  const category = categoryAxis(spec, horizontal, width);
  const value = valueAxis(spec);
  const legend = spec.series.length > 1;
  return {
    textStyle: { fontFamily: FONT, color: INK },
    color: spec.series.map((series, index) => (series.role === "last_year" ? LAST_YEAR : colourOf(series, index))),
    grid: { left: 8, right: horizontal ? 48 : spec.target ? 84 : 24, top: legend ? 56 : 36, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "all" },
    legend: legend ? { top: 0, left: 0, itemWidth: 20, itemHeight: 10, textStyle: { color: INK, fontFamily: FONT }, data: spec.series.map((s) => s.name) } : undefined,
    xAxis: horizontal ? value : category,
    yAxis: horizontal ? category : value,
    tooltip: tooltip(spec),
    aria: { enabled: true, label: { enabled: false }, decal: { show: print } },
    series: seriesOf(spec, horizontal),
  };
}
