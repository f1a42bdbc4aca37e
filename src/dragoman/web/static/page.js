// What every page does with script, and does without it too: addresses without empty fields, and "/" to the search field.

for (const form of document.querySelectorAll("form[data-slim], form.find")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      if (field.name && field.value === "") field.disabled = true;
    }
    // The back button shows the form again, with its fields in use.
    setTimeout(() => { for (const field of form.elements) field.disabled = false; }, 400);
  });
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("find")?.focus();
  }
});
