// Menus are <details data-menu>: one open at a time, closed by Escape, by a click outside, or by leaving with Tab.
function close(menu, refocus) {
  menu.open = false;
  if (refocus) menu.querySelector("summary")?.focus();
}

function openMenus() {
  return document.querySelectorAll("details[data-menu][open]");
}

function move(menu, step) {
  const items = [...menu.querySelectorAll("a[href], button, input:not([type=hidden])")].filter((item) => !item.closest("summary"));
  const now = items.indexOf(document.activeElement);
  items[(now + step + items.length) % items.length]?.focus();
}

export function menus() {
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) close(menu, false);
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) close(menu, false);
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.target instanceof Element && event.target.closest("details[data-menu][open]");
    if (!menu) return;
    if (event.key === "Escape") close(menu, true);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(menu, event.key === "ArrowDown" ? 1 : -1);
    }
  });
}
