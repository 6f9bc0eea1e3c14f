// A resident ID number fills birth date and sex where they are empty, and says at once when its check digit is wrong.
// The server checks again; a wrong digit is a warning there, so nothing is refused here.
import { each } from "./enhance.js";
import { halfWidth, readDate } from "./dates.js";

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]; // GB 11643-1999
const CHECKS = "10X98765432";

/** @returns {{birth: string, sex: "1"|"2", valid: boolean}|null} null when the text is no ID number by shape */
export function readResidentId(typed) {
  const text = halfWidth(typed).trim().toUpperCase();
  const long = /^\d{17}[\dX]$/.test(text);
  if (!long && !/^\d{15}$/.test(text)) return null;
  const birth = readDate(long ? text.slice(6, 14) : `19${text.slice(6, 12)}`);
  if (!birth) return null;
  const order = Number(long ? text[16] : text[14]);
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
  return { birth, sex: order % 2 ? "1" : "2", valid: !long || CHECKS[sum % 11] === text[17] };
}

function fill(form, name, value) {
  if (!form || !name) return;
  const control = form.elements.namedItem(name);
  if (!control) return;
  const isEmpty = control instanceof RadioNodeList ? control.value === "" : !control.value;
  if (!isEmpty) return;
  control.value = value;
  const target = control instanceof RadioNodeList ? [...control].find((radio) => radio.checked) : control;
  target?.dispatchEvent(new Event("change", { bubbles: true }));
}

export function residentIds(root) {
  each(root, "[data-resident-id]", (field) => {
    const note = document.getElementById(`${field.id}_derived`);
    field.addEventListener("change", () => {
      const read = readResidentId(field.value);
      if (note) note.textContent = read && !read.valid ? note.dataset.badCheck : "";
      if (!read) return;
      field.value = halfWidth(field.value).trim().toUpperCase();
      const [birth, sex] = (field.dataset.fills ?? "").split(":");
      if (read.valid) {
        fill(field.form, birth, read.birth);
        fill(field.form, sex, read.sex);
      }
    });
  });
}
