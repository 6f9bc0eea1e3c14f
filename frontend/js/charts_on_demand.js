// Loads the chart script when the first chart comes into the page, and switches between drawing and table twin.
import { each } from "./enhance.js";

let loading;

function chartScript() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector('meta[name="wj-charts"]').content;
    script.onload = () => resolve(window.weijianCharts);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

function showTwin(button, shown) {
  const figure = document.getElementById(button.dataset.twin);
  figure.querySelector("[data-twin-of]").hidden = !shown;
  figure.querySelector("[data-chart]").hidden = shown;
  button.setAttribute("aria-expanded", String(shown));
  button.textContent = shown ? button.dataset.hide : button.dataset.show;
  if (!shown) window.weijianCharts?.resize();
}

export function charts(root) {
  each(root, "[data-twin]", (button) => {
    showTwin(button, false);
    button.addEventListener("click", () => showTwin(button, button.getAttribute("aria-expanded") !== "true"));
  });
  each(root, "[data-chart]", (canvas) => {
    chartScript().then(
      (library) => library.draw(canvas, JSON.parse(document.getElementById(canvas.dataset.chart).textContent)),
      () => {
        // Without the drawing the numbers must still be there.
        const button = document.querySelector(`[data-twin="${canvas.closest("figure").id}"]`);
        if (button) showTwin(button, true);
      },
    );
  });
}
