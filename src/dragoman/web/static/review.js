// Keys of the review. Only a key of its own or a button decides; looking, pointing and clicking on text never do.

const form = document.querySelector("form.verdict");
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "?") {
    const keys = document.querySelector(".keys");
    if (keys) keys.open = !keys.open;
    return;
  }
  const button = form?.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button) {
    event.preventDefault();
    form.requestSubmit(button);
  }
});
