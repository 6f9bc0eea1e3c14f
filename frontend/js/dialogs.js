// Native dialogs: data-dialog="id" opens, data-dialog-close closes. A row's own address (data-action) goes into
// the dialog's form, so that one dialog serves all rows of a table.
export function dialogs() {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      const form = dialog?.querySelector("form");
      if (opener.dataset.action && form) form.setAttribute("action", opener.dataset.action);
      dialog?.showModal();
    }
    event.target.closest("[data-dialog-close]")?.closest("dialog")?.close();
    if (event.target instanceof HTMLDialogElement) event.target.close(); // the backdrop
  });
}
