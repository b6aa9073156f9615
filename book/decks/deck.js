// Starts reveal.js, and settles who gets a key: a control of a demo while it has the focus, else the deck.
const TURNS = ["PageUp", "PageDown"]; // what a presenter's remote control sends
const control = (event) => event.target.closest?.(".pl-bar");

addEventListener("keydown", (event) => {
  if (!control(event) || ![...TURNS, "Escape"].includes(event.key)) return;
  event.target.blur();
  event.preventDefault(); // the slider stays where it is
  if (event.key === "Escape") event.stopPropagation();
}, true);

// swiping over a slider moves the slider
for (const demo of document.querySelectorAll(".pl-explorer")) demo.dataset.preventSwipe = "";

// text is as large as its slide allows; beside a picture it may only shrink
const LARGEST = 1.5, SMALLEST = 0.7; // shares of its usual size
function fit(slide) {
  if (!slide) return;
  for (let size = slide.querySelector(".pl-picture") ? 1 : LARGEST; size >= SMALLEST; size -= 0.05) {
    slide.style.setProperty("--fit", size.toFixed(2));
    if (slide.scrollHeight <= slide.clientHeight && slide.scrollWidth <= slide.clientWidth) return;
  }
}
Reveal.on("slidechanged", ({ currentSlide }) => fit(currentSlide));
for (const all of ["overviewshown", "pdf-ready"]) {
  Reveal.on(all, () => Reveal.getSlides().forEach(fit));
}
Promise.all([...document.fonts].map((font) => font.load())).then(() => fit(Reveal.getCurrentSlide()));

Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  display: "grid",
  hash: true,
  transition: "none",
  slideNumber: "c/t",
  keyboardCondition: (event) => !control(event) || TURNS.includes(event.key),
  pdfMaxPagesPerSlide: 1,
  plugins: [RevealNotes],
});
