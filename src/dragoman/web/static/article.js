// Evidence in the text, drawn with the CSS Custom Highlight API: overlaps are normal, and the text's own nodes stay as they are.
// Offsets from the server count code points; JavaScript counts UTF-16 units. They are converted once, here, in `locate`.

const text = document.getElementById("text");
const paragraphs = [...text.querySelectorAll("p[data-start]")].map((p) => {
  const node = p.firstChild;
  const value = node.data;
  const units = [];
  // Only a text with characters beyond the basic plane needs a table.
  if (/[\uD800-\uDBFF]/.test(value)) {
    let unit = 0;
    for (const character of value) { units.push(unit); unit += character.length; }
    units.push(unit);
  }
  const length = units.length ? units.length - 1 : value.length;
  const start = Number(p.dataset.start);
  return { node, start, end: start + length, units };
});

const toUnit = (p, point) => (p.units.length ? p.units[point] : point);
const toPoint = (p, unit) => {
  if (!p.units.length) return unit;
  let point = 0;
  while (point < p.units.length - 1 && p.units[point + 1] <= unit) point += 1;
  return point;
};

/** The ranges of a span of code points: one for each paragraph that it touches. */
function locate(start, end) {
  const ranges = [];
  for (const p of paragraphs) {
    const low = Math.max(start, p.start);
    const high = Math.min(end, p.end);
    if (low >= high) continue;
    const range = new Range();
    range.setStart(p.node, toUnit(p, low - p.start));
    range.setEnd(p.node, toUnit(p, high - p.start));
    ranges.push(range);
  }
  return ranges;
}

/** The selected words of the text and where they begin, in code points; null where nothing or more than one paragraph is selected. */
export function selectedSpan() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const p = paragraphs.find((entry) => entry.node === range.startContainer);
  if (!p) return null;
  const last = range.endContainer === p.node ? range.endOffset : p.node.length;
  const words = p.node.data.slice(range.startOffset, last);
  const lead = words.length - words.trimStart().length;
  return words.trim() ? { start: p.start + toPoint(p, range.startOffset + lead), text: words.trim() } : null;
}

const records = [...document.querySelectorAll(".record[data-marks]")].map((element) => ({
  element,
  kind: element.dataset.kind,
  quad: (element.className.match(/\bq([1-4])\b/) || [])[1],
  marks: JSON.parse(element.dataset.marks),
}));
const mentions = JSON.parse(document.getElementById("mentions")?.textContent || "[]");

const supported = "highlights" in CSS;
const layers = { events: true, statements: true, meetings: true, pledges: false, mentions: false };

function put(name, ranges, priority) {
  if (!supported) return;
  const highlight = new Highlight(...ranges);
  highlight.priority = priority;
  CSS.highlights.set(name, highlight);
}

const core = { events: ["trigger"], statements: ["content"], meetings: ["name", "trigger"], pledges: ["what"] };
const coreOf = (record) => {
  const wanted = record.marks.filter((mark) => core[record.kind].includes(mark.field));
  return wanted.length ? wanted : record.marks.slice(0, 1);
};

function draw() {
  const rangesOf = (kind, test = () => true) =>
    records.filter((r) => r.kind === kind && test(r)).flatMap(coreOf).flatMap((m) => locate(m.start, m.end));
  put("said", layers.statements ? rangesOf("statements") : [], 0);
  put("met", layers.meetings ? rangesOf("meetings") : [], 2);
  put("vow", layers.pledges ? rangesOf("pledges") : [], 2);
  put("name", layers.mentions ? mentions.flatMap((m) => locate(m.start, m.end)) : [], 1);
  for (const quad of "1234") put(`ev${quad}`, layers.events ? rangesOf("events", (r) => r.quad === quad) : [], 3);
}

const ROLE = { actors: "lit-actor", speaker: "lit-actor", hosts: "lit-actor", by: "lit-actor", recipients: "lit-recipient", addressees: "lit-recipient", targets: "lit-recipient", to: "lit-recipient" };
let pinned = null;

/** Show one record's evidence: what it rests on dark, who acts and who receives each in a way of their own. */
function light(record) {
  const groups = { "lit-core": [], "lit-actor": [], "lit-recipient": [], "lit-rest": [] };
  for (const mark of record ? record.marks : []) {
    const isCore = coreOf(record).includes(mark);
    const name = isCore && record.kind !== "statements" ? "lit-core" : ROLE[mark.field] || (mark.field === "cue" ? "lit-core" : "lit-rest");
    groups[name].push(...locate(mark.start, mark.end));
  }
  Object.entries(groups).forEach(([name, ranges], i) => put(name, ranges, 10 + (name === "lit-rest" ? 0 : i === 0 ? 3 : i)));
  for (const other of records) other.element.classList.toggle("lit", other === record);
  text.classList.toggle("lit", Boolean(record));
}

function pin(record, { scroll = true } = {}) {
  if (pinned) pinned.element.classList.remove("pinned");
  pinned = record;
  light(record);
  if (!record) return;
  record.element.classList.add("pinned");
  const why = record.element.querySelector("details");
  if (why) why.open = true;
  if (scroll) {
    bring(record.marks[0]);
    const list = record.element.parentElement;
    if (list.scrollHeight > list.clientHeight) list.scrollTo({ top: record.element.offsetTop - list.offsetTop - 12, behavior: "smooth" });
  }
}

function bring(mark) {
  const range = mark && locate(mark.start, mark.end)[0];
  if (!range) return;
  const box = range.getBoundingClientRect();
  if (box.top < 60 || box.bottom > innerHeight - 40) scrollTo({ top: scrollY + box.top - innerHeight / 3 });
}

/** The record with the shortest evidence under a point of the screen: what lies within another stays within reach. */
function recordAt(x, y) {
  const spot = document.caretPositionFromPoint?.(x, y) || fromRange(document.caretRangeFromPoint?.(x, y));
  const p = spot && paragraphs.find((entry) => entry.node === spot.offsetNode);
  if (!p) return null;
  const point = p.start + toPoint(p, spot.offset);
  let best = null;
  for (const record of records) {
    if (!layers[record.kind]) continue;
    for (const mark of coreOf(record)) {
      const size = mark.end - mark.start;
      if (mark.start <= point && point < mark.end && (!best || size < best.size)) best = { record, size };
    }
  }
  return best && best.record;
}
const fromRange = (range) => range && { offsetNode: range.startContainer, offset: range.startOffset };

const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
tip.setAttribute("role", "status");
document.body.append(tip);

const narrow = matchMedia("(max-width: 60rem)");

/** On a narrow screen the records stand far below the text: the one that was touched comes up at the foot of the screen. */
function showSheet(record) {
  tip.hidden = true;
  tip.classList.toggle("sheet", Boolean(record));
  if (!record) return;
  const more = document.createElement("p");
  const link = document.createElement("a");
  link.href = `#${record.element.id}`;
  link.textContent = "Why, and the whole record";
  link.addEventListener("click", () => { showSheet(null); setTimeout(() => record.element.scrollIntoView({ block: "start" })); });
  more.append(link);
  const pieces = [...record.element.children].filter((child) => child.tagName !== "DETAILS").map((child) => child.cloneNode(true));
  tip.replaceChildren(...pieces, more);
  tip.hidden = false;
}

function showTip(record, x, y) {
  if (tip.classList.contains("sheet")) return;
  const pieces = [...record.element.children].filter((child) => child.tagName !== "DETAILS").map((child) => child.cloneNode(true));
  tip.replaceChildren(...pieces);
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  // Moving by the style property of an object is not inline style in the sense of the policy.
  tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - box.width - 12))}px`;
  tip.style.top = `${y + 22 + box.height > innerHeight ? y - box.height - 14 : y + 22}px`;
}

text.addEventListener("mousemove", (event) => {
  const record = recordAt(event.clientX, event.clientY);
  text.classList.toggle("over", Boolean(record));
  if (record) { light(record); showTip(record, event.clientX, event.clientY); }
  else { if (!tip.classList.contains("sheet")) tip.hidden = true; light(pinned); }
});
text.addEventListener("mouseleave", () => { if (!tip.classList.contains("sheet")) tip.hidden = true; light(pinned); });
text.addEventListener("click", (event) => {
  if (!getSelection().isCollapsed) return;
  const record = recordAt(event.clientX, event.clientY);
  pin(record);
  showSheet(narrow.matches ? record : null);
});
for (const record of records) {
  record.element.addEventListener("mouseenter", () => light(record));
  record.element.addEventListener("mouseleave", () => light(pinned));
  record.element.addEventListener("focusin", () => { light(record); bring(record.marks[0]); });
  record.element.addEventListener("click", (event) => {
    if (event.target.closest("a, summary, details")) return;
    pin(record, { scroll: false });
    bring(record.marks[0]);
  });
}
document.addEventListener("keydown", (event) => { if (event.key === "Escape") { pin(null); showSheet(null); } });

const switches = document.querySelector(".switches");
if (switches && supported) {
  switches.hidden = false;
  for (const box of switches.querySelectorAll("input")) {
    box.checked = layers[box.dataset.layer];
    box.addEventListener("change", () => { layers[box.dataset.layer] = box.checked; draw(); });
  }
}

/** An address may name a record (#ev_...) or a span of the text (#s=12-40): both open at the words. */
function follow() {
  const hash = decodeURIComponent(location.hash.slice(1));
  const span = hash.match(/^s=(\d+)-(\d+)$/);
  put("hit", span ? locate(Number(span[1]), Number(span[2])) : [], 20);
  if (span) bring({ start: Number(span[1]), end: Number(span[2]) });
  else pin(records.find((record) => record.element.id === hash) || (document.querySelector(".judge") ? records[0] : null));
}

/** Words that stand on the first screen of the page are shown from its top, with the headline. */
function fromTheTop() {
  const first = pinned && pinned.marks[0] && locate(pinned.marks[0].start, pinned.marks[0].end)[0];
  if (first && !narrow.matches && scrollY + first.getBoundingClientRect().bottom < innerHeight - 60) scrollTo({ top: 0, behavior: "instant" });
}

draw();
follow();
if (document.readyState === "complete") fromTheTop();
else addEventListener("load", () => setTimeout(fromTheTop));
addEventListener("hashchange", follow);
document.documentElement.dataset.ready = "true";
