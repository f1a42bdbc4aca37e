// Type-ahead for actors: a list below the field, with arrows, Enter and Escape. The field works as plain text without it.

for (const field of document.querySelectorAll("input[data-suggest]")) offer(field);

function offer(field) {
  const list = document.createElement("ul");
  list.className = "offers";
  list.id = `offers-${field.name}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Actors");
  list.hidden = true;
  field.after(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  let at = -1;
  let asked = 0;

  const close = () => { list.hidden = true; at = -1; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); };
  const take = (item) => { field.value = item.dataset.key; close(); };
  const choose = (step) => {
    const items = [...list.children];
    if (!items.length) return;
    at = (at + step + items.length) % items.length;
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    field.setAttribute("aria-activedescendant", items[at].id);
  };

  field.addEventListener("input", async () => {
    const mine = ++asked;
    const text = field.value.trim();
    if (text.length < 2) return close();
    await new Promise((resume) => setTimeout(resume, 90));
    if (mine !== asked) return;
    const answer = await fetch(`/api/suggest?q=${encodeURIComponent(text.slice(0, 80))}`);
    if (!answer.ok || mine !== asked) return;
    let { rows } = await answer.json();
    // Where two names are compared, a country is none.
    if (field.dataset.suggest === "actors") rows = rows.filter((row) => row.key.startsWith("ac_"));
    list.replaceChildren(...rows.map((row, i) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${i}`;
      item.setAttribute("role", "option");
      item.dataset.key = row.key;
      const name = document.createElement("span");
      name.textContent = row.name;
      const about = document.createElement("small");
      about.textContent = [row.country, row.sector, row.uses].filter(Boolean).join(" ");
      item.append(name, about);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(item); });
      return item;
    }));
    at = -1;
    list.hidden = rows.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); choose(-1); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(list.children[at]); }
    else if (event.key === "Escape") close();
  });
  field.addEventListener("blur", close);
}
