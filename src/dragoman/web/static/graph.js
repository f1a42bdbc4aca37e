// The network and the map, to explore. In the network, what is pointed at or focused stands out with what it is tied to. The map can be
// drawn larger and moved; its marks and names keep their size. Both are the server's pictures, and stay so without script.

for (const svg of document.querySelectorAll("svg.network")) network(svg);
for (const figure of document.querySelectorAll(".figure:has(svg.map)")) map(figure, figure.querySelector("svg"));

function network(svg) {
  // On a narrow screen it is wider than its frame: the middle, with the busiest, comes first.
  const frame = svg.closest(".figure");
  frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
  const nodes = [...svg.querySelectorAll("[data-key]")];
  const edges = [...svg.querySelectorAll("[data-a]")];
  const show = (mark) => {
    svg.classList.toggle("some", Boolean(mark));
    if (!mark) return;
    const { key, a, b } = mark.dataset;
    const near = new Set(key ? [key] : [a, b]);
    for (const edge of edges) {
      const ends = [edge.dataset.a, edge.dataset.b];
      const tied = edge === mark || (key && ends.includes(key));
      edge.classList.toggle("near", Boolean(tied));
      if (tied) ends.forEach((end) => near.add(end));
    }
    for (const node of nodes) node.classList.toggle("near", near.has(node.dataset.key));
  };
  for (const mark of [...nodes, ...edges]) {
    mark.addEventListener("pointerenter", () => show(mark));
    mark.addEventListener("pointerleave", () => show(null));
    mark.addEventListener("focus", () => { if (mark.matches(":focus-visible")) show(mark); });
    mark.addEventListener("blur", () => show(null));
  }
}

function map(figure, svg) {
  figure.scrollLeft = (figure.scrollWidth - figure.clientWidth) / 2;
  const whole = svg.viewBox.baseVal;
  const home = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  const places = [...svg.querySelectorAll(".at")];
  let zoom = 1;
  let centre = { x: home.x + home.width / 2, y: home.y + home.height / 2 };

  const draw = () => {
    const width = home.width / zoom;
    const height = home.height / zoom;
    centre.x = Math.max(home.x + width / 2, Math.min(home.x + home.width - width / 2, centre.x));
    centre.y = Math.max(home.y + height / 2, Math.min(home.y + home.height - height / 2, centre.y));
    svg.setAttribute("viewBox", `${centre.x - width / 2} ${centre.y - height / 2} ${width} ${height}`);
    for (const place of places) {
      place.setAttribute("transform", `translate(${place.dataset.x} ${place.dataset.y}) scale(${1 / zoom})`);
    }
    svg.classList.toggle("larger", zoom > 1);
    svg.classList.toggle("close", zoom >= 6);
    out.disabled = zoom <= 1;
    all.disabled = zoom <= 1;
    near.disabled = zoom >= 24;
  };
  const scale = (by, at = centre) => {
    const next = Math.max(1, Math.min(24, zoom * by));
    // What lies under the pointer stays there.
    centre = { x: at.x + ((centre.x - at.x) * zoom) / next, y: at.y + ((centre.y - at.y) * zoom) / next };
    zoom = next;
    draw();
  };
  const button = (words, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plainer";
    made.textContent = words;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };
  const near = button("+", "Larger", () => scale(2));
  const out = button("−", "Smaller", () => scale(0.5));
  const all = button("Whole map", "Whole map", () => { zoom = 1; draw(); });
  const bar = document.createElement("div");
  bar.className = "zoom";
  bar.append(near, out, all);
  figure.before(bar);

  const spot = (event) => {
    const box = svg.getBoundingClientRect();
    const view = svg.viewBox.baseVal;
    return { x: view.x + ((event.clientX - box.left) * view.width) / box.width, y: view.y + ((event.clientY - box.top) * view.height) / box.height };
  };
  svg.addEventListener("dblclick", (event) => { event.preventDefault(); scale(2, spot(event)); });
  // The wheel scrolls the page; with Ctrl it draws the map larger, as it does in other maps.
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    scale(event.deltaY < 0 ? 1.25 : 0.8, spot(event));
  }, { passive: false });
  let held = null;
  let moved = false;
  svg.addEventListener("pointerdown", (event) => {
    if (zoom > 1 && event.button === 0) { held = { x: event.clientX, y: event.clientY, centre: { ...centre } }; moved = false; }
  });
  svg.addEventListener("pointermove", (event) => {
    if (!held) return;
    const ratio = svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
    const [x, y] = [event.clientX - held.x, event.clientY - held.y];
    if (!moved && Math.hypot(x, y) < 4) return;
    if (!moved) svg.setPointerCapture(event.pointerId);
    moved = true;
    centre = { x: held.centre.x - x * ratio, y: held.centre.y - y * ratio };
    draw();
  });
  const end = () => { held = null; };
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("click", (event) => { if (moved) { moved = false; event.preventDefault(); event.stopPropagation(); } }, true);
  figure.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") scale(2);
    else if (event.key === "-") scale(0.5);
    else if (event.key === "0") { zoom = 1; draw(); }
    else return;
    event.preventDefault();
  });
  draw();
}
