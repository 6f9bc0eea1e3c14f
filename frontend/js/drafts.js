// Text not yet sent survives a closed window: forms with data-draft="key" keep what was typed on this machine, by
// user, until they are sent. Only fields marked data-keep take part, so nothing personal is ever stored.
import { each } from "./enhance.js";

const WAIT_MS = 800;
const SENT = "wj-draft-sent";
const MAX_AGE_MS = 7 * 24 * 3600 * 1000;

function kept(form) {
  return [...form.elements].filter((field) => field.name && field.dataset.keep !== undefined);
}

function storage(action) {
  try {
    return action(window.localStorage);
  } catch {
    return null; // private windows and full disks: the page works on without drafts
  }
}

function session(action) {
  try {
    return action(window.sessionStorage);
  } catch {
    return null;
  }
}

function restore(form, key, offer) {
  const stored = storage((store) => JSON.parse(store.getItem(key)));
  if (!stored || Date.now() - stored.at > MAX_AGE_MS) return storage((store) => store.removeItem(key));
  const differing = kept(form).filter((field) => stored.values[field.name] !== undefined && stored.values[field.name] !== field.value);
  if (!differing.length) return null;
  offer.hidden = false;
  offer.querySelector("[data-draft-restore]").addEventListener("click", () => {
    for (const field of differing) field.value = stored.values[field.name];
    offer.hidden = true;
    differing[0].focus();
  });
  offer.querySelector("[data-draft-drop]").addEventListener("click", () => {
    storage((store) => store.removeItem(key));
    offer.hidden = true;
  });
  return null;
}

/** A draft has served when the page after its sending opens without errors. */
function dropSent() {
  const key = session((store) => store.getItem(SENT));
  if (!key) return;
  session((store) => store.removeItem(SENT));
  if (!document.querySelector("[data-error-summary]")) storage((store) => store.removeItem(key));
}

export function drafts(root) {
  if (root === document) dropSent();
  each(root, "form[data-draft]", (form) => {
    const key = `wj-draft:${document.body.dataset.user ?? ""}:${form.dataset.draft}`;
    const state = form.querySelector("[data-save-state]");
    const say = (name) => {
      if (!state) return;
      state.dataset.state = name === "draft" ? "saved" : name;
      state.textContent = state.dataset[name] ?? "";
    };
    const offer = form.querySelector("[data-draft-offer]");
    if (offer) restore(form, key, offer);

    let timer;
    let changed = false;
    form.addEventListener("input", (event) => {
      changed = true;
      say("dirty");
      if (event.target.dataset.keep === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const values = Object.fromEntries(kept(form).map((field) => [field.name, field.value]));
        storage((store) => store.setItem(key, JSON.stringify({ at: Date.now(), values })));
        say("draft");
      }, WAIT_MS);
    });
    form.addEventListener("submit", () => {
      changed = false;
      clearTimeout(timer);
      session((store) => store.setItem(SENT, key));
    });
    window.addEventListener("beforeunload", (event) => {
      if (changed && form.isConnected) event.preventDefault();
    });
  });
}
