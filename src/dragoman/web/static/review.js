// Keys of the review, and words selected in the text put into its fields. Only a key of its own or a button decides; looking, pointing,
// clicking and selecting never do.

import { selectedSpan } from "./article.js";
import "./keys.js";

const form = document.querySelector("form.verdict");
const fields = [...(form?.querySelectorAll("input[data-words]") || [])];

const bar = document.createElement("div");
bar.id = "pick";
bar.hidden = true;
bar.setAttribute("role", "toolbar");
bar.setAttribute("aria-label", "Put the selected words into a field");
fields.forEach((field, i) => {
  const button = document.createElement("button");
  button.type = "button";
  const key = document.createElement("kbd");
  key.textContent = String(i + 1);
  button.append(key, ` ${field.labels[0].firstChild.data.trim()}`);
  // The selection must not be lost to the click.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => put(field));
  bar.append(button);
});
document.body.append(bar);

function put(field) {
  const span = selectedSpan();
  if (!span) return;
  const piece = `${span.text}@${span.start}`;
  const before = field.value.trim();
  field.value = field.dataset.words === "many" && before && !field.dataset.fresh ? `${before}; ${piece}` : piece;
  field.classList.add("changed");
  getSelection().removeAllRanges();
  bar.hidden = true;
}

document.addEventListener("selectionchange", () => {
  const span = fields.length ? selectedSpan() : null;
  bar.hidden = !span;
  if (!span) return;
  const box = getSelection().getRangeAt(0).getBoundingClientRect();
  const own = bar.getBoundingClientRect();
  bar.style.left = `${Math.max(8, Math.min(box.left, innerWidth - own.width - 8))}px`;
  bar.style.top = `${box.bottom + own.height + 12 > innerHeight ? box.top - own.height - 8 : box.bottom + 8}px`;
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "?") {
    const keys = document.querySelector(".keys");
    if (keys) keys.open = !keys.open;
    return;
  }
  const field = fields[Number(event.key) - 1];
  if (field && selectedSpan()) {
    event.preventDefault();
    put(field);
  }
});
