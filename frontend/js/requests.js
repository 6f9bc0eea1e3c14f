// htmx: the CSRF header on every request that changes something, and words when a request fails.
import htmx from "htmx.org";
import { toast, wording } from "./toasts.js";

window.htmx = htmx;

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
});

document.addEventListener("htmx:sendError", () => toast(wording("requestFailed")));
document.addEventListener("htmx:timeout", () => toast(wording("requestFailed")));
document.addEventListener("htmx:responseError", (event) => {
  toast(wording([401, 403].includes(event.detail.xhr.status) ? "forbidden" : "requestFailed"));
});

// A form that fails its checks answers 422 with itself and its errors: show it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
