// Keeps the staff pages usable in a warehouse without a network. The build writes the version and the names of the files.
const version = "yl-m-__VERSION__";
const files = __FILES__;

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(version).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
    event.waitUntil(caches.keys()
        .then((names) => Promise.all(names.filter((name) => name.startsWith("yl-m-") && name !== version).map((name) => caches.delete(name))))
        .then(() => self.clients.claim()));
});

async function kept(request, name) {
    const cache = await caches.open(version);
    return cache.match(name ?? request);
}

// Files whose name is their content: what is kept is right.
async function keptFirst(request) {
    const found = await kept(request);
    if (found) return found;
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(version)).put(request, answer.clone());
    return answer;
}

// Everything else comes from the server as long as there is one.
async function serverFirst(request, name) {
    try {
        return await fetch(request);
    } catch (problem) {
        const found = await kept(request, name);
        if (found) return found;
        throw problem;
    }
}

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin || !url.pathname.startsWith("/m")) return;
    if (request.mode === "navigate") event.respondWith(serverFirst(request, "/m/index.html"));
    else if (url.pathname.startsWith("/m/assets/")) event.respondWith(keptFirst(request));
    else event.respondWith(serverFirst(request));
});
