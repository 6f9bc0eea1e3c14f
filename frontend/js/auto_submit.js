// Forms with data-submit-on-change send themselves when a choice changes; typed text waits for a pause.
import { each } from "./enhance.js";

const PAUSE_MS = 600;

export function autoSubmit(root) {
  each(root, "form[data-submit-on-change]", (form) => {
    let timer;
    form.addEventListener("change", (event) => {
      clearTimeout(timer);
      if (event.target.matches("[data-date8]") && !/^\d{4}-\d{2}-\d{2}$|^$/.test(event.target.value)) return;
      form.requestSubmit();
    });
    form.addEventListener("input", (event) => {
      if (!event.target.matches("input[type=text], input[type=search], input:not([type])")) return;
      if (event.target.matches("[data-date8]")) return;
      clearTimeout(timer);
      timer = setTimeout(() => form.requestSubmit(), PAUSE_MS);
    });
    // Empty fields stay out of the address, so that links that people send each other stay short.
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
    });
  });
}
