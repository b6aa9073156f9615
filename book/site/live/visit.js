// On each page of the live version: the worker that keeps it for later. See worker.js.
(() => {
  const worker = navigator.serviceWorker;
  if (!worker) return;
  // JupyterLite unregisters a worker that it has not noted, and without a network none comes back
  const address = new URL("service-worker.js?enableCache=false", document.currentScript.src).href;
  try { localStorage.setItem(`${address}-version`, VERSION); } catch { /* stores nothing: no matter */ }
  // a new build took over while this page was starting: start it again, all of it new
  const before = worker.controller;
  worker.addEventListener("controllerchange", () => {
    if (before && performance.now() < 20_000) location.reload();
  });
  // first the reader's page and its kernel; then, unless data are dear, the rest
  const started = () => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === "idle";
  const timer = setInterval(async () => {
    if (!started() && performance.now() < 120_000) return;
    clearInterval(timer);
    if (!navigator.connection?.saveData) (await worker.ready).active.postMessage("keep everything");
  }, 3_000);
})();
