// What a finished page says, without anything that needs a hand: for paper and for e-readers.
// Runs in the browser, which reads pages as readers' browsers do and writes well-formed XML.
//
// still(html, {path, pages, site, depth, number}) gives {title, html}: `pages` maps the paths of the
// pages that come along to their names, `site` is the address where all pages are.

const REFERRING = ["for", "aria-labelledby", "aria-describedby", "aria-controls"];
// furniture of a page on a screen
const GONE = ".headerlink, script, style, button, a.button, .copy, .actions, .pl-data, .pl-hidden, .pl-feedback:empty";

function still(html, { path, pages, site, depth = 0, number = "" }) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const article = page.querySelector("article");
  const make = (tag, className, ...inside) => {
    const made = page.createElement(tag);
    if (className) made.className = className;
    made.append(...inside);
    return made;
  };
  const online = (words, near) => {
    const section = near.closest("section[id]");
    const link = make("a", "", words);
    link.href = `${path}.html${section ? `#${section.id}` : ""}`;
    link.dataset.online = "";
    return link;
  };

  for (const gone of article.querySelectorAll(GONE)) gone.remove();
  for (const demo of article.querySelectorAll("[data-element=explorer]")) stillDemo(demo, make, online);
  const answers = [...article.querySelectorAll("form[data-element=quiz]")].flatMap((quiz) => stillQuiz(quiz, make));
  const solutions = path.startsWith("exercises/") ? takenOut(article, "details.sd-dropdown", make) : [];
  for (const details of article.querySelectorAll("details")) details.replaceWith(unfolded(details, make));
  append(article, "Hints and solutions", solutions, make);
  append(article, "Answers", answers, make);

  for (const entry of article.querySelectorAll("[role=doc-biblioentry]")) entry.removeAttribute("role"); // deprecated
  for (const link of article.querySelectorAll("a[href]")) point(link, { path, pages, site });
  rename(article, pages[path]);
  article.id = pages[path];
  if (number) article.querySelector("h1")?.prepend(`${number} `);
  const title = article.querySelector("h1")?.textContent.trim() ?? pages[path];
  for (const heading of article.querySelectorAll("h1, h2, h3, h4, h5, h6")) lower(heading, depth, make);
  return { title, html: new XMLSerializer().serializeToString(article) };
}

// the first state, which values it shows, and where to change them
function stillDemo(demo, make, online) {
  const values = [...demo.querySelectorAll(".pl-slider, .pl-choice")].map((control) => {
    const name = control.querySelector(".pl-label, legend").textContent;
    const value = control.querySelector("output, label:has([checked]) span")?.textContent ?? "";
    return `${name.trim()}: ${value.trim()}`;
  });
  const shown = `${values.join(", ")}. `;
  demo.querySelector("form")?.remove();
  demo.querySelector("figcaption").append(
    make("p", "online", values.length ? shown : "", online("Change it on the page", demo)),
  );
}

// the questions where they stand; the answers, returned, for the end of the page
function stillQuiz(quiz, make) {
  const box = make("div", "quiz", make("p", "kicker", quiz.querySelector(".pl-kicker")?.textContent ?? ""));
  for (const question of quiz.querySelectorAll(".pl-question")) {
    const options = [...question.querySelectorAll(".pl-option label span")];
    box.append(make("p", "question", ...question.querySelector("legend").childNodes));
    box.append(make("ol", "options", ...options.map((option) => make("li", "", ...option.childNodes))));
  }
  const answers = quiz.querySelector(".pl-answers");
  answers?.querySelector("summary")?.remove();
  quiz.replaceWith(box);
  return answers ? [make("div", "answers", ...answers.childNodes)] : [];
}

// what is folded away until asked for, with the heading of the section it comes from
function takenOut(article, selector, make) {
  const taken = [];
  let before = "";
  for (const details of article.querySelectorAll(selector)) {
    const heading = details.closest("section")?.querySelector("h1, h2, h3, h4")?.cloneNode(true);
    heading?.querySelectorAll(".headerlink").forEach((link) => link.remove());
    const from = heading?.textContent.trim() ?? "";
    if (from && from !== before) taken.push(make("h3", "", from));
    before = from;
    details.remove();
    taken.push(unfolded(details, make));
  }
  return taken;
}

function unfolded(details, make) {
  const summary = details.querySelector(":scope > summary");
  const code = details.classList.contains("hide"); // the folded code of a cell speaks for itself
  const title = summary && !code ? [make("p", "unfolded-title", summary.textContent.trim())] : [];
  summary?.remove();
  return make("div", "unfolded", ...title, ...details.childNodes);
}

function append(article, title, parts, make) {
  if (!parts.length) return;
  const section = make("section", "", make("h2", "", title), ...parts);
  section.id = title.toLowerCase().replaceAll(" ", "-");
  (article.querySelector("section") ?? article).append(section);
}

// to a page that comes along, or to the site
function point(link, { path, pages, site }) {
  const home = "https://page.invalid/";
  const url = new URL(link.getAttribute("href"), link.dataset.online === undefined ? `${home}${path}.html` : home);
  link.removeAttribute("download");
  if (url.origin + "/" !== home) return;
  const target = decodeURIComponent(url.pathname.slice(1)).replace(/\.html$/, "");
  const anchor = decodeURIComponent(url.hash.slice(1));
  if (link.dataset.online === undefined && target in pages) {
    link.setAttribute("href", `${pages[target]}.xhtml#${anchor ? `${pages[target]}--${anchor}` : pages[target]}`);
  } else link.setAttribute("href", site + url.pathname + url.search + url.hash);
  delete link.dataset.online;
}

// names that are unique in the whole book, and everything that refers to them
function rename(article, name) {
  const renamed = (id) => `${name}--${id}`;
  for (const element of article.querySelectorAll("*")) {
    if (element.id) element.id = renamed(element.id);
    for (const attribute of [...element.attributes]) {
      const value = attribute.value;
      if (REFERRING.includes(attribute.name)) attribute.value = value.split(/\s+/).map(renamed).join(" ");
      else if (value.includes("url(#")) attribute.value = value.replace(/url\(#([^)]+)\)/g, (_, id) => `url(#${renamed(id)})`);
      else if (value.startsWith("#") && element.closest("svg") && attribute.localName === "href") attribute.value = `#${renamed(value.slice(1))}`;
      if (attribute.name.startsWith("data-")) element.removeAttribute(attribute.name);
    }
  }
}

function lower(heading, depth, make) {
  const level = Math.min(6, Number(heading.tagName[1]) + depth);
  const made = make(`h${level}`, heading.className, ...heading.childNodes);
  if (heading.id) made.id = heading.id;
  heading.replaceWith(made);
}

// ---------- for e-readers only ----------

// pictures as files of their own: [{name, data}], and an image in their place
function takePictures(holder, name) {
  const taken = [];
  for (const picture of holder.querySelectorAll(".pl-picture, svg:not(.pl-picture svg)")) {
    const drawing = picture.matches("svg") ? picture : picture.querySelector(":scope > svg");
    const image = drawing ? null : picture.querySelector("img");
    const [type, data] = drawing ? ["svg", standalone(drawing)] : image.src.match(/^data:image\/(\w+);base64,(.*)$/s).slice(1);
    const file = `${name}-${taken.length + 1}.${type}`;
    const made = holder.ownerDocument.createElementNS(holder.namespaceURI, "img");
    made.setAttribute("src", `pictures/${file}`);
    made.setAttribute("alt", picture.getAttribute("aria-label") ?? image?.alt ?? "");
    picture.replaceWith(made);
    taken.push({ name: file, data });
  }
  return taken;
}

// e-readers know no variables: the colours of the light page stand in their place
function standalone(drawing) {
  const copy = drawing.cloneNode(true);
  return new XMLSerializer().serializeToString(copy)
    .replace(/var\(--[\w-]+,\s*((?:[^()]|\([^()]*\))+)\)/g, "$1")
    .replace(/font-family: ('[^';]+')(?=;|")/g, "font-family: $1, sans-serif");
}

// MathML 3, which ePub knows, has this attribute on few elements; MathML Core on all
function styled(part) {
  const style = part.ownerDocument.createElementNS(part.namespaceURI, "mstyle");
  style.setAttribute("displaystyle", part.getAttribute("displaystyle"));
  part.removeAttribute("displaystyle");
  part.replaceWith(style);
  style.append(part);
}

function forReaders(html, options) {
  const { title, html: text } = still(html, options);
  const page = new DOMParser().parseFromString(text, "application/xhtml+xml").documentElement;
  const pictures = takePictures(page, options.pages[options.path]);
  const formulas = page.querySelectorAll("math").length;
  for (const part of page.querySelectorAll("math :not(mstyle, mtable)[displaystyle]")) styled(part);
  return { title, html: new XMLSerializer().serializeToString(page), pictures, formulas };
}
