// Puts a measure's marker where the caret stands in the section's text, and asks for the preview again.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = document.getElementById("section-text");
  if (!button || !field) return;
  field.focus();
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
