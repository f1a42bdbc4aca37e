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

// On a narrow screen the rows come first, the filters on demand.
if (matchMedia("(max-width: 60rem)").matches) for (const box of document.querySelectorAll("details.box")) box.open = false;

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("find")?.focus();
  }
});

// Code is copied whole by a button; without script it can be selected.
for (const code of document.querySelectorAll(".take pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plainer";
  button.textContent = `Copy ${code.getAttribute("aria-label")}`;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = `Copy ${code.getAttribute("aria-label")}`; }, 1500);
  });
  code.before(button);
}

// What was added since this browser last looked at this dataset; the moment is kept in the browser alone.
const since = document.querySelector(".since");
if (since) {
  const name = `dragoman-looked:${document.querySelector(".dataset")?.textContent}`;
  try {
    const rows = JSON.parse(since.dataset.added);
    // Within one visit the moment stays what it was when the visit began.
    const looked = sessionStorage.getItem(name) ?? localStorage.getItem(name) ?? "";
    sessionStorage.setItem(name, looked);
    localStorage.setItem(name, `${new Date().toISOString().slice(0, 19)}Z`);
    const fresh = looked ? rows.filter((row) => row.added > looked) : [];
    if (fresh.length) {
      const link = document.createElement("a");
      link.href = `/search?what=articles&added=${encodeURIComponent(fresh.at(-1).added)}`;
      const sum = (key) => fresh.reduce((n, row) => n + row[key], 0).toLocaleString("en");
      link.textContent = `${sum("articles")} articles with ${sum("acts")} acts`;
      since.append("New since you last looked, on ", new Date(looked).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" }), ": ", link, ".");
      since.hidden = false;
    }
  } catch { /* a browser that keeps nothing shows the list on the page */ }
}
