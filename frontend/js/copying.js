// data-copy="text": to the clipboard. Intranets often run plain http, where the clipboard API is missing.
import { toast, wording } from "./toasts.js";

function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("readonly", "");
  field.className = "wj-sr";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

export function copying() {
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-copy]");
    if (!button) return;
    let done = false;
    if (navigator.clipboard && window.isSecureContext) {
      done = await navigator.clipboard.writeText(button.dataset.copy).then(() => true, () => false);
    }
    done ||= copyBySelection(button.dataset.copy);
    button.focus();
    toast(wording(done ? "copied" : "copyFailed"));
  });
}
