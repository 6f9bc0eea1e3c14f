// Tabler writes colours in notations of 2024 (oklch, light-dark). Offices run older browsers, which would drop
// those declarations; the values are constants, so they are worked out here.

function split(text) { // arguments of a function, at commas outside brackets
  const parts = [""];
  let depth = 0;
  for (const c of text) {
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (c === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts.map((part) => part.trim());
}

/** Replaces name(…) with what `replace(arguments)` gives; nested calls of the same name included. */
function replaceCalls(css, name, replace) {
  let out = "";
  let rest = css;
  for (let at = rest.indexOf(`${name}(`); at >= 0; at = rest.indexOf(`${name}(`)) {
    let depth = 0;
    let end = at + name.length;
    do {
      if (rest[end] === "(") depth++;
      if (rest[end] === ")") depth--;
      end++;
    } while (depth > 0 && end < rest.length);
    const inner = rest.slice(at + name.length + 1, end - 1);
    out += rest.slice(0, at) + replace(split(replaceCalls(inner, name, replace)), rest.slice(at, end));
    rest = rest.slice(end);
  }
  return out + rest;
}

function hexOf(lightness, chroma, hue) { // OKLCH → sRGB, after Björn Ottosson's matrices
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const [l, m, s] = [lightness + 0.3963377774 * a + 0.2158037573 * b, lightness - 0.1055613458 * a - 0.0638541728 * b,
    lightness - 0.0894841775 * a - 1.291485548 * b].map((x) => x ** 3);
  const linear = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s];
  const bytes = linear.map((x) => Math.round(255 * Math.min(1, Math.max(0, x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055))));
  return `#${bytes.map((x) => x.toString(16).padStart(2, "0")).join("")}`;
}

/** The same style sheet in colours that browsers of 2021 know; light scheme only, as Weijian has one. */
export function downLevel(css) {
  const light = replaceCalls(css, "light-dark", ([first]) => first);
  return light.replace(/oklch\(([\d.]+)% ([\d.]+) ([\d.]+|none)(?:deg)?\)/g, (_, l, c, h) => hexOf(Number(l) / 100, Number(c), h === "none" ? 0 : Number(h)));
}
