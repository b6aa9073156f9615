// The start of every element's module: one ES module, two homes. In a notebook anywidget calls
// render with the markup that Python wrote; on a page of the book that markup is there already.
function home(kind, wake) {
  for (const root of document.querySelectorAll(`[data-element="${kind}"]:not([data-awake])`)) {
    wake(root);
  }
  return {
    render({ model, el }) {
      el.innerHTML = model.get("markup");
      return wake(el.firstElementChild, model);
    },
  };
}

