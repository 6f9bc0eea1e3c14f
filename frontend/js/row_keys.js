// Arrow keys move between the rows of a table along its links; Home and End go to the first and last row.
import { each } from "./enhance.js";

const TARGET = "a[href], button";

export function rowKeys(root) {
  each(root, "table[data-rows]", (table) => {
    table.addEventListener("keydown", (event) => {
      const row = event.target.closest("tbody tr");
      if (!row || !event.target.matches(TARGET)) return;
      const rows = [...table.tBodies[0].rows];
      const place = rows.indexOf(row);
      const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
      if (next === undefined || !rows[next]) return;
      const column = [...row.querySelectorAll(TARGET)].indexOf(event.target);
      const links = rows[next].querySelectorAll(TARGET);
      if (!links.length) return;
      event.preventDefault();
      links[Math.min(column, links.length - 1)].focus();
    });
  });
}
