// Short notices at the lower right. The words come from the page, in the reader's language.
const SECONDS = 6;

export function wording(name) {
  return document.getElementById("toasts")?.dataset[name] ?? "";
}

export function toast(text) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const box = document.createElement("div");
  box.className = "wj-toast";
  box.textContent = text;
  region.replaceChildren(box);
  setTimeout(() => box.remove(), SECONDS * 1000);
}
