// In the copy to carry along, on a page opened from its folder: what a browser forbids such pages
// needs a server, and a reader should hear that from the page, not from a blank window.
if (location.protocol === "file:") {
  const live = [...document.querySelectorAll("a[href*='/lite/'], a[href^='lite/']")];
  for (const link of live) {
    link.removeAttribute("href");
    link.setAttribute("role", "link");
    link.setAttribute("aria-disabled", "true");
    link.style.cssText = "color: var(--quiet); text-decoration: none; font-weight: inherit";
  }
  if (live.length) {
    const code = (text) => Object.assign(document.createElement("code"), { textContent: text });
    const note = Object.assign(document.createElement("p"), { className: "needs-server" });
    note.append("This page was opened from a folder. To open chapters live, run ", code("python -m http.server"),
      " in the folder with READ ME.txt and go to ", code("http://localhost:8000"), ".");
    (live[0].closest("p") ?? live[0]).after(note);
  }
  // results show their titles; the lines below them would have to be fetched
  if (typeof DOCUMENTATION_OPTIONS === "object") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
