// Keeps the live version in this browser, so that after the first visit it works without a network.
// FILES, above, has a hash of every file: one that a new build has changed is fetched anew, and what
// has not the hash is handed on but never kept. Nothing is sent anywhere.
// Below follows JupyterLite's own worker, which sees to the files that a kernel opens.

const HOME = new URL("./", location.href);
const STORE = `live ${HOME.pathname}`; // versions of the book may lie side by side on one server

const key = (path) => new URL(`${path}?${FILES[path]}`, HOME).href;

// the path of a file of ours that is asked for, or null
function asked({ method, url }) {
  const { href, pathname } = new URL(url);
  if (method !== "GET" || !href.startsWith(HOME.href)) return null;
  const path = decodeURIComponent(pathname.slice(HOME.pathname.length)).replace(/(^|\/)$/, "$1index.html");
  return Object.hasOwn(FILES, path) ? path : null;
}

async function kept(path) {
  const store = await caches.open(STORE);
  return (await store.match(key(path))) ?? fetched(store, path);
}

async function fetched(store, path) {
  for (const cache of ["no-cache", "reload"]) { // past what the browser believes to be the same
    const answer = await fetch(new URL(path, HOME), { cache });
    if (!answer.ok) return answer;
    const data = await answer.arrayBuffer();
    const made = new Response(data, { headers: { "content-type": answer.headers.get("content-type") ?? "" } });
    if ((await hash(data)) === FILES[path]) {
      await store.put(key(path), made.clone()).catch(() => {}); // no room: it works with a network
      return made;
    }
    if (cache === "reload") return made;
  }
}

async function hash(data) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", data)).slice(0, 8);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let keeping; // one after the other, and once at a time
const keepEverything = () => (keeping ??= keepEach().finally(() => (keeping = undefined)));

async function keepEach() {
  const store = await caches.open(STORE);
  const there = new Set((await store.keys()).map(({ url }) => url));
  for (const path of Object.keys(FILES)) if (!there.has(key(path))) await fetched(store, path);
  const current = new Set(Object.keys(FILES).map(key));
  for (const url of there) if (!current.has(url)) await store.delete(url);
}

addEventListener("fetch", (event) => {
  const path = asked(event.request);
  if (path === null) return;
  event.stopImmediatePropagation();
  event.respondWith(kept(path));
});

addEventListener("message", (event) => {
  if (event.data === "keep everything") event.waitUntil(keepEverything().catch(() => {})); // goes on next time
});
