// Explorer: controls, a picture, and a caption that says what the picture shows.
const STEP_IN_MS = 500;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function slider(box, changed) {
  const range = box.querySelector("input[type=range]");
  const output = box.querySelector("output");
  const button = box.querySelector("button");
  const any = box.querySelector("input[type=number]");
  const count = Number(range.max) + 1;
  const self = { count, index: Number(range.value), value: null, playing: false, stop };
  let timer = 0;

  function say(verb) {
    button.dataset.verb = verb;
    button.querySelector(".pl-verb").textContent = verb;
  }
  function stop() {
    clearInterval(timer);
    self.playing = false;
    say(calm.matches ? "Next" : "Play");
  }
  function go(index) {
    self.index = index;
    self.value = null;
    changed();
  }
  function step() {
    const next = (Number(range.value) + 1) % count;
    if (next === count - 1 || !box.isConnected) stop();
    go(next);
  }
  range.addEventListener("input", () => { stop(); go(Number(range.value)); });
  button.addEventListener("click", () => {
    if (calm.matches) return step(); // nothing moves by itself: one step a press
    if (self.playing) { stop(); return changed(); }
    self.playing = true;
    say("Pause");
    timer = setInterval(step, STEP_IN_MS);
    step();
  });
  any?.addEventListener("change", () => {
    if (any.value === "" || !any.reportValidity()) return;
    stop();
    self.index = -1;
    self.value = Number(any.value);
    changed();
  });
  calm.addEventListener("change", stop);
  stop();
  return Object.assign(self, {
    show(values, texts) {
      const near = (v) => Math.abs(v - self.value);
      range.value = self.index >= 0 ? self.index
        : values.reduce((best, v, i) => (near(v) < near(values[best]) ? i : best), 0);
      output.textContent = self.index >= 0 ? texts[self.index] : String(self.value);
      range.setAttribute("aria-valuetext", output.textContent);
      if (any && self.index >= 0) any.value = "";
      range.style.setProperty("--pl-at", range.value / (count - 1));
    },
    forget() { clearInterval(timer); calm.removeEventListener("change", stop); },
  });
}

function choice(box, changed) {
  const radios = [...box.querySelectorAll("input")];
  const self = { count: radios.length, index: radios.findIndex((r) => r.checked), value: null };
  for (const [i, radio] of radios.entries()) {
    radio.addEventListener("change", () => { self.index = i; changed(); });
  }
  return Object.assign(self, {
    show() { radios[self.index].checked = true; },
    stop() {},
    forget() {},
  });
}

// Frame number k of a packed grid: runs (start, count) of the lines that all frames share.
function unpack({ lines, frames }, k) {
  const runs = frames[k], parts = [];
  for (let i = 0; i < runs.length; i += 2) {
    parts.push(lines.slice(runs[i], runs[i] + runs[i + 1]).join("\n"));
  }
  return parts.join("\n");
}

// Lines of cells between tabs; a line that starts with one is the title of the next table.
function tabulate(box, text) {
  box.replaceChildren();
  let table, head;
  for (const line of text.split("\n")) {
    if (line[0] === "\t") {
      table = box.appendChild(document.createElement("table"));
      if (line.length > 1) table.createCaption().textContent = line.slice(1);
      head = true;
      continue;
    }
    const row = (head ? table.createTHead() : table.tBodies[0] ?? table.createTBody()).insertRow();
    for (const [i, words] of line.split("\t").entries()) {
      const cell = row.appendChild(document.createElement(head || !i ? "th" : "td"));
      if (head || !i) cell.scope = head ? "col" : "row";
      cell.textContent = words;
    }
    head = false;
  }
}

function wake(root, model) {
  root.dataset.awake = "";
  const picture = root.querySelector(".pl-picture");
  const caption = root.querySelector("figcaption > p");
  caption.id = `pl-${Math.random().toString(36).slice(2)}`;
  picture.setAttribute("aria-describedby", caption.id);

  let parsed; // parsed at the first change, so that a page with many demos wakes at once
  const data = () => (parsed ??= JSON.parse(root.querySelector("script").textContent));
  const controls = [...root.querySelectorAll(".pl-slider, .pl-choice")].map((box) =>
    (box.matches(".pl-slider") ? slider : choice)(box, () => changed(true)));
  const state = () => Object.fromEntries(data().controls.map(({ name, values }, i) =>
    [name, controls[i].value ?? values[controls[i].index]]));

  function frame() { // of the present state, where every state is on the page
    const k = controls.reduce((k, c) => k * c.count + c.index, 0);
    return { picture: unpack(data(), k), text: data().texts[k], table: unpack(data().tables, k) };
  }
  const unfold = root.querySelector(".pl-data");
  let numbers = null; // the present state's, as text until somebody asks for them
  function tell() {
    if (unfold?.open) tabulate(unfold.lastElementChild, numbers ?? data().table ?? frame().table);
  }
  unfold?.addEventListener("toggle", tell);

  function changed(byHand) {
    for (const [i, { values, texts }] of data().controls.entries()) controls[i].show(values, texts);
    caption.setAttribute("aria-live", controls.some((c) => c.playing) ? "off" : "polite");
    if (!model) return paint(frame());
    if (byHand) { model.set("state", state()); model.save_changes(); }
    ask();
  }
  function paint(frame) {
    const image = picture.querySelector(":scope > img");
    if (image) image.src = /src="([^"]+)"/.exec(frame.picture)[1]; // a new img would flash
    else picture.innerHTML = frame.picture;
    if (caption.textContent !== frame.text) caption.textContent = frame.text;
    numbers = frame.table;
    tell();
  }
  root.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  if (!model) return undefined;

  // With a kernel: one request is on its way, and only the newest state waits for its turn.
  const drawn = new Map();
  let waitingFor = null;
  const key = () => JSON.stringify(state());
  function ask() {
    if (drawn.has(key())) return paint(drawn.get(key()));
    if (waitingFor !== null) return;
    waitingFor = key();
    root.setAttribute("aria-busy", "true");
    model.send({ want: state(), key: waitingFor });
  }
  function answered(reply) {
    if (reply.key !== waitingFor) return;
    waitingFor = null;
    root.setAttribute("aria-busy", "false");
    if (!reply.error) drawn.set(reply.key, reply);
    if (reply.key !== key()) ask();
    else if (reply.error) caption.textContent = reply.error;
    else paint(reply);
  }
  function moved() { // the state was set in Python
    const next = model.get("state");
    for (const [i, { name, values }] of data().controls.entries()) {
      controls[i].index = values.indexOf(next[name]);
      controls[i].value = controls[i].index < 0 ? next[name] : null;
    }
    changed(false);
  }
  // JupyterLab and Notebook act on arrow keys before a control inside a cell gets them
  const keep = (event) => { if (root.contains(event.target)) event.stopPropagation(); };
  model.on("msg:custom", answered);
  model.on("change:state", moved);
  addEventListener("keydown", keep, true);
  return () => {
    removeEventListener("keydown", keep, true);
    model.off("msg:custom", answered);
    model.off("change:state", moved);
    controls.forEach((c) => c.forget());
  };
}

export default home("explorer", wake);
