// A file field inside data-drop also takes files that are dragged onto it, and shows that it would.
import { each } from "./enhance.js";

export function fileDrop(root) {
  each(root, "[data-drop]", (area) => {
    const input = area.querySelector("input[type=file]");
    if (!input) return;
    const mark = (over) => area.classList.toggle("is-over", over);
    area.addEventListener("dragover", (event) => {
      event.preventDefault();
      mark(true);
    });
    area.addEventListener("dragleave", () => mark(false));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
}
