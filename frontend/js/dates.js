// Dates typed as eight digits: 20170105 becomes 2017-01-05 when the field is left; 2017.1.5 and 2017年1月5日 too.
// Full-width digits count as digits. What cannot be a date is left as typed, for the server to name.
import { each } from "./enhance.js";

export function halfWidth(text) {
  return text.replace(/[\uff10-\uff19]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
}

/** @returns {string|null} the date as YYYY-MM-DD when the text names a real day */
export function readDate(typed) {
  const text = halfWidth(typed).trim();
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? /^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?$/.exec(text);
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.toISOString().slice(0, 10);
}

export function dates(root) {
  each(root, "[data-date8]", (field) => {
    field.addEventListener("change", () => {
      const day = readDate(field.value);
      if (day) field.value = day;
    });
  });
}
