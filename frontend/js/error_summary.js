// The error summary takes focus when a page comes back with errors; its links put the cursor into the field.
import { each } from "./enhance.js";

export function errorSummary(root) {
  each(root, "[data-error-summary]", (summary) => {
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      field.closest(".wj-field")?.scrollIntoView({ block: "start" });
      (field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea"))?.focus({ preventScroll: true });
    });
  });
}
