// What the page does besides its demos. Without it everything stays readable: the menu needs no script.

// light and dark: follow the system until the reader chooses
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const button = document.querySelector("button.theme");

function show(theme) {
  root.dataset.theme = theme;
  button.textContent = theme === "dark" ? "Light" : "Dark";
  button.setAttribute("aria-label", `Switch to ${theme === "dark" ? "light" : "dark"} colours`);
}

function remember(theme) {
  try {
    if ((theme === "dark") === system.matches) localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch { /* a browser that stores nothing still switches */ }
  show(theme);
}

show(root.dataset.theme);
button.hidden = false;
button.addEventListener("click", () => remember(root.dataset.theme === "dark" ? "light" : "dark"));
system.addEventListener("change", (e) => remember(e.matches ? "dark" : "light"));

// what is wider than the page, or long, scrolls inside itself, and then the keyboard must reach it
const NAMES = { PRE: "Code", DIV: "Table" };
function reach(box) {
  const scrolls = box.scrollWidth > box.clientWidth || (box.matches(".scroll") && box.scrollHeight > box.clientHeight);
  if (scrolls === box.hasAttribute("tabindex")) return;
  if (scrolls) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${NAMES[box.tagName] ?? "Content"}, scrolls`);
  } else for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
}
const WIDE = "pre, div.scroll, div.math";
const fit = new ResizeObserver((entries) => entries.forEach(({ target }) => reach(target)));
for (const box of document.querySelectorAll(WIDE)) fit.observe(box);
// what lies in closed details has no size until they open
addEventListener("toggle", ({ target }) => target.querySelectorAll(WIDE).forEach(reach), true);

// copy the code of a cell
if (navigator.clipboard)
  for (const box of document.querySelectorAll(".cell_input .highlight, div[class*=highlight-] > .highlight")) {
    if (box.closest(".cell_output") || box.querySelector("button.copy")) continue;
    const copy = document.createElement("button");
    Object.assign(copy, { type: "button", className: "copy", textContent: "Copy" });
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("pre").textContent);
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    });
    box.append(copy);
  }

// where the reader is, in the contents
const entries = new Map([...document.querySelectorAll("#site-contents a[href^='#']")].map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
const sections = [...document.querySelectorAll("article section[id]")].filter((s) => entries.has(s.id));
if (sections.length) {
  const here = () => {
    const current = sections.findLast((s) => s.getBoundingClientRect().top < innerHeight / 3);
    for (const [id, a] of entries) a.classList.toggle("here", id === current?.id);
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; here(); });
  }, { passive: true });
  here();
}

// the search from anywhere, with Ctrl or Cmd and K
addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  const box = document.querySelector("#site-contents .search input");
  if (!box.checkVisibility()) document.getElementById("site-contents").showPopover();
  box.focus();
});

// what a term or a reference is, beside the link: for pointer and keyboard, gone with Escape
const card = Object.assign(document.createElement("div"), { id: "site-card", popover: "manual" });
card.setAttribute("role", "tooltip");
let about = null, wait = 0;
function hide() {
  clearTimeout(wait);
  about?.removeAttribute("aria-describedby");
  if (about) card.hidePopover();
  about = null;
}
function tell(link) {
  hide();
  about = link;
  card.textContent = link.dataset.card;
  link.setAttribute("aria-describedby", card.id);
  card.showPopover();
  const at = link.getClientRects()[0], { width, height } = card.getBoundingClientRect();
  const top = at.bottom + height < innerHeight ? at.bottom : at.top - height;
  card.style.top = `${top + scrollY}px`;
  card.style.left = `${Math.max(8, Math.min(at.left, root.clientWidth - width - 8))}px`;
}
function soon(action, ms) { clearTimeout(wait); wait = setTimeout(action, ms); }
for (const link of document.querySelectorAll("article :is([href*='#term-'], [href*='bibliography.html#'])[title]")) {
  link.dataset.card = link.title;
  link.removeAttribute("title");
  link.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && soon(() => tell(link), 300));
  link.addEventListener("pointerleave", () => soon(hide, 300));
  link.addEventListener("focus", () => link.matches(":focus-visible") && tell(link));
  link.addEventListener("blur", hide);
}
card.addEventListener("pointerenter", () => clearTimeout(wait));
card.addEventListener("pointerleave", () => soon(hide, 300));
addEventListener("keydown", ({ key }) => key === "Escape" && hide());
document.body.append(card);
