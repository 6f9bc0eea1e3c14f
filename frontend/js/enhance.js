// Runs each enhancement once over the page and again over every part that htmx swaps in.
export function enhance(...enhancements) {
  const over = (root) => enhancements.forEach((run) => run(root));
  over(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) over(event.target);
  });
}

/** Elements under root (root included) that match; each element is given to `setUp` once. */
export function each(root, selector, setUp) {
  const found = [...root.querySelectorAll(selector)];
  if (root instanceof Element && root.matches(selector)) found.unshift(root);
  for (const element of found) {
    const mark = `wj${selector}`;
    if (element[mark]) continue;
    element[mark] = true;
    setUp(element);
  }
}
