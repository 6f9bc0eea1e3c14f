// Colours and type of charts, the same as the page's. Series differ in lightness as well as hue, so that a grey
// copy can still be read; last year is always grey.
export const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif';
export const INK = "#1b2528";
export const QUIET = "#5d6a6d";
export const LINE = "#e0e5e7";
export const AXIS = "#8d999c";
export const ACCENT = "#0b6b74";
export const LAST_YEAR = "#9aa5a8";
export const TARGET = "#b0261e";
export const BAND = "rgba(131, 84, 0, 0.09)";
export const SERIES = ["#0b6b74", "#d08a1d", "#5b4b9a", "#5aa469", "#b0506a", "#3a7cc2"];
export const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 4], [12, 4]];

const ROLE_COLOURS = { last_year: LAST_YEAR, average: QUIET, expected: "#c9a24a" };

/** Colour of a series by its role; plain series take the next colour of the list. */
export function colourOf(series, index) {
  return ROLE_COLOURS[series.role] ?? SERIES[index % SERIES.length];
}

export function numberText(value, places) {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  return Number(value).toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
}
