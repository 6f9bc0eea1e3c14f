// A shaded map from boundaries that the bureau has loaded itself (GeoJSON on this server). Areas are matched by the
// feature property "name" to the chart's categories; the server gives the breaks with the target field unused.
import { registerMap } from "echarts/core";
import { FONT, INK, QUIET, numberText } from "./theme.js";

const SHADES = ["#eef3f4", "#cfe3e5", "#9fc8cc", "#2f7f87", "#0b6b74"];

export function geoOption(spec) {
  const values = spec.series[0].values;
  const known = values.filter((value) => value !== null);
  return {
    textStyle: { fontFamily: FONT },
    tooltip: { trigger: "item", renderMode: "richText", confine: true,
      formatter: (area) => `${area.name}  ${numberText(area.value, spec.places)} ${spec.unit}` },
    visualMap: { type: "piecewise", left: 0, bottom: 0, pieces: pieces(known, spec), textStyle: { color: QUIET, fontFamily: FONT } },
    series: [{
      type: "map", map: spec.geoUrl, name: spec.series[0].name, roam: false, selectedMode: false,
      label: { show: true, fontSize: 11, color: INK, fontFamily: FONT, textBorderColor: "#fff", textBorderWidth: 2, lineHeight: 15,
        formatter: (area) => (Number.isFinite(area.value) && spec.unit ? `${area.name}\n${numberText(area.value, spec.places)}` : area.name) }, emphasis: { disabled: true },
      itemStyle: { areaColor: "#fff", borderColor: "#7d8a8d" },
      data: spec.categories.map((name, i) => ({ name, value: values[i] ?? NaN })),
    }],
  };
}

// Quantiles of the values shown, which the caption states.
function pieces(known, spec) {
  const sorted = [...known].sort((a, b) => a - b);
  const limits = [0.2, 0.4, 0.6, 0.8].map((share) => sorted[Math.floor(share * (sorted.length - 1))]);
  const edges = [...new Set(limits)];
  return [...edges, Infinity].map((edge, i) => ({
    gte: i ? edges[i - 1] : -Infinity, lt: edge, color: SHADES[Math.round((i * 4) / Math.max(edges.length, 1))],
    label: edge === Infinity ? `≥ ${numberText(edges[i - 1], spec.places)}` : i ? `${numberText(edges[i - 1], spec.places)} – < ${numberText(edge, spec.places)}` : `< ${numberText(edge, spec.places)}`,
  }));
}

geoOption.load = async function load(spec) {
  const answer = await fetch(spec.geoUrl, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`boundaries: ${answer.status}`);
  registerMap(spec.geoUrl, await answer.json());
};
