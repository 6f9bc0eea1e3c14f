// The navigation drawer of narrow screens, and “/” that jumps to the search field.
export function navigation() {
  const page = document.documentElement;
  const toggle = document.querySelector("[data-nav-toggle]");
  const nav = document.getElementById("nav");

  const set = (open) => {
    page.classList.toggle("wj-nav-open", open);
    toggle?.setAttribute("aria-expanded", String(open));
    if (open) nav.querySelector("a, button")?.focus();
    else if (nav?.contains(document.activeElement)) toggle?.focus();
  };

  toggle?.addEventListener("click", () => set(!page.classList.contains("wj-nav-open")));
  document.addEventListener("click", (event) => {
    if (!page.classList.contains("wj-nav-open") || !(event.target instanceof Element)) return;
    const inside = event.target.closest("#nav") && !event.target.closest("[data-nav-close]");
    if (!inside && !event.target.closest("[data-nav-toggle]")) set(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && page.classList.contains("wj-nav-open")) set(false);
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector('[data-shortcut="/"]');
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
  });
}
