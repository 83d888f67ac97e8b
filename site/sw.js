// Keeps the page: once loaded it works without a network. A new version is taken when no tab shows the old one.
importScripts("files.js");

const { version, files } = self.HARDEN;
const PREFIX = `harden ${self.registration.scope} `; // other pages of this host have their own
const NAME = PREFIX + version;

self.addEventListener("install", (event) => {
  // asked again, so that no old copy of the browser's own cache gets in
  const fresh = files.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || new URL(event.request.url).origin !== self.location.origin) return;
  const answer = async () => {
    const cache = await caches.open(NAME);
    const address = event.request.url.replace(/(index\.html)?([?#].*)?$/, "");
    return (await cache.match(address)) ?? fetch(event.request);
  };
  event.respondWith(answer());
});
