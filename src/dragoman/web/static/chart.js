// Charts to explore: values at the pointer and under the focus, arrow keys from mark to mark, a period marked by hand, kinds switched
// on and off. Without script a chart is the same picture, its marks are links, and the lists below it hold the same numbers.

const SVG = "http://www.w3.org/2000/svg";

const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
tip.setAttribute("aria-hidden", "true"); // the mark itself is named; the tip only shows the name
document.body.append(tip);

export function showTip(words, x, y) {
  tip.textContent = words;
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(x + 12, innerWidth - box.width - 12))}px`;
  tip.style.top = `${y - box.height - 12 < 4 ? y + 20 : y - box.height - 12}px`;
}
export const hideTip = () => { tip.hidden = true; };

const nameOf = (mark) => mark.getAttribute("aria-label") || mark.dataset.label || "";
const middle = (mark) => {
  const box = mark.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

for (const figure of document.querySelectorAll(".figure")) {
  const svg = figure.querySelector("svg.chart");
  if (svg) explore(figure, svg);
}

function explore(figure, svg) {
  const marks = [...svg.querySelectorAll("a, g")].filter((mark) => {
    const title = mark.querySelector(":scope > title");
    if (!title) return false;
    mark.dataset.label = title.textContent;
    if (mark.tagName === "a") title.remove(); // the browser would show it a second time; aria-label says it
    return true;
  });
  for (const mark of marks) {
    mark.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") showTip(nameOf(mark), event.clientX, event.clientY); });
    mark.addEventListener("pointerleave", hideTip);
    mark.addEventListener("focus", () => {
      if (!mark.matches(":focus-visible")) return;
      const spot = middle(mark);
      showTip(nameOf(mark), spot.x, spot.y - 8);
    });
    mark.addEventListener("blur", hideTip);
  }
  walk(figure, svg, marks.filter((mark) => mark.tagName === "a"));
  const legend = figure.nextElementSibling;
  if (legend?.matches(".legend") && svg.querySelector("[class*=q]")) switches(svg, legend);
  if (figure.dataset.brush) brush(figure, svg, marks, JSON.parse(figure.dataset.brush));
}

/** One stop of the Tab key for a chart, arrows within it: to the nearest mark in that direction. */
function walk(figure, svg, links) {
  if (links.length < 8) return;
  figure.setAttribute("aria-description", "Arrow keys go from mark to mark, Enter opens one.");
  links.forEach((link, i) => link.setAttribute("tabindex", i ? "-1" : "0"));
  const go = (link) => {
    for (const other of links) other.setAttribute("tabindex", other === link ? "0" : "-1");
    link.focus();
  };
  svg.addEventListener("keydown", (event) => {
    const now = event.target.closest("a");
    if (!now || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Home") go(links[0]);
    else if (event.key === "End") go(links[links.length - 1]);
    else if (event.key.startsWith("Arrow")) {
      const next = nearest(links, now, event.key);
      if (next) go(next);
    } else return;
    event.preventDefault();
  });
}

function nearest(links, now, key) {
  const flat = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  const from = middle(now);
  let best = null;
  for (const link of links) {
    if (link === now || !link.getClientRects().length) continue;
    const at = middle(link);
    const ahead = sign * (flat ? at.x - from.x : at.y - from.y);
    const aside = Math.abs(flat ? at.y - from.y : at.x - from.x);
    if (ahead < 2) continue;
    const far = ahead + 4 * aside; // what lies straight ahead comes first
    if (!best || far < best.far) best = { link, far };
  }
  return best?.link;
}

/** The legend as switches: a kind of act can be taken out of the picture and put back. */
function switches(svg, legend) {
  for (const item of legend.querySelectorAll("li[data-quad]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "key";
    button.setAttribute("aria-pressed", "true");
    button.title = "show or leave out";
    button.append(...item.childNodes);
    button.querySelector("svg")?.setAttribute("aria-hidden", "true"); // its name is the word beside it
    button.addEventListener("click", () => {
      const without = svg.classList.toggle(`without-q${item.dataset.quad}`);
      button.setAttribute("aria-pressed", String(!without));
      svg.dispatchEvent(new CustomEvent("shown"));
    });
    item.append(button);
  }
}

/** A period marked by dragging over a chart of time, or from a mark with Shift and the arrows; a line below says what is in it. */
function brush(figure, svg, marks, plan) {
  figure.setAttribute("aria-description", `${figure.getAttribute("aria-description") || ""} Shift and an arrow key mark a period.`.trim());
  const counted = marks.filter((mark) => mark.dataset.bin !== undefined);
  const veil = document.createElementNS(SVG, "rect");
  veil.setAttribute("class", "brush");
  veil.setAttribute("y", "0");
  veil.setAttribute("height", String(plan.height));
  veil.setAttribute("visibility", "hidden");
  svg.prepend(veil);
  const said = document.createElement("p");
  said.className = "brushed";
  said.setAttribute("role", "status");
  figure.after(said);
  let period = null;
  let anchor = null;
  let dragged = false;

  const binAt = (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) * svg.viewBox.baseVal.width) / box.width;
    return Math.floor((x - plan.left) / plan.step);
  };
  const within = (bin) => bin >= 0 && bin < plan.bins.length;
  const clamp = (bin) => Math.max(0, Math.min(plan.bins.length - 1, bin));

  function set(one, other) {
    period = one === null ? null : [Math.min(one, other), Math.max(one, other)];
    veil.setAttribute("visibility", period ? "visible" : "hidden");
    svg.classList.toggle("brushing", Boolean(period));
    for (const mark of counted) mark.classList.toggle("out", Boolean(period) && (mark.dataset.bin < period[0] || mark.dataset.bin > period[1]));
    if (!period) return said.replaceChildren();
    veil.setAttribute("x", String(plan.left + period[0] * plan.step));
    veil.setAttribute("width", String((period[1] - period[0] + 1) * plan.step));
    say();
  }

  function say() {
    if (!period) return;
    const inside = counted.filter((mark) => !mark.classList.contains("out") && !hidden(mark));
    const total = inside.reduce((sum, mark) => sum + Number(mark.dataset.n), 0);
    const since = plan.spans[period[0]][0];
    const until = plan.spans[period[1]][1];
    const link = document.createElement("a");
    link.href = `${plan.go}${plan.go.includes("?") ? "&" : "?"}since=${since}&until=${until}`;
    link.textContent = "Show them";
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "plainer";
    clear.textContent = "Clear";
    clear.addEventListener("click", () => set(null));
    const words = document.createElement("span");
    const when = since === until ? since : `${since} – ${until}`;
    words.textContent = `${when}: ${total.toLocaleString("en")} ${total === 1 ? "act" : "acts"}`;
    said.replaceChildren(words, link, clear);
  }
  const hidden = (mark) => mark.dataset.quad && svg.classList.contains(`without-q${mark.dataset.quad}`);
  svg.addEventListener("shown", say);

  // A finger scrolls; the mouse and the pen mark.
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch" || !within(binAt(event))) return;
    anchor = { bin: binAt(event), x: event.clientX };
    dragged = false;
  });
  svg.addEventListener("pointermove", (event) => {
    if (!anchor || (!dragged && Math.abs(event.clientX - anchor.x) < 5)) return;
    if (!dragged) svg.setPointerCapture(event.pointerId);
    dragged = true;
    hideTip();
    set(anchor.bin, clamp(binAt(event)));
  });
  const end = () => { anchor = null; };
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("click", (event) => {
    if (!dragged) return;
    dragged = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  svg.addEventListener("keydown", (event) => {
    const mark = event.target.closest("[data-bin]");
    if (event.key === "Escape") return set(null);
    if (!mark || !event.shiftKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    event.preventDefault();
    const bin = Number(mark.dataset.bin);
    if (!period || (period[0] !== bin && period[1] !== bin)) return set(bin, bin);
    const step = event.key === "ArrowRight" ? 1 : -1;
    set(bin, clamp((period[0] === bin ? period[1] : period[0]) + step));
  });
}
