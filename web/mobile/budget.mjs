// How much a phone may have to fetch before a page can be used, compressed as it travels. Looked at by every build.
import { gzipSync } from "node:zlib";

export const firstLoadMax = 200 * 1024; // page, style and script of any one page, without the reader of codes
export const chunkMax = 260 * 1024; // any file that is loaded later

const weigh = (body) => gzipSync(Buffer.from(body), { level: 9 }).length;

// `files`: name → { body, imports, pages }: what it needs at once, and what it may load later.
export function weights(files, entry, always) {
    const size = new Map([...files].map(([name, file]) => [name, weigh(file.body)]));
    const needs = (name, into = new Set()) => {
        if (into.has(name) || !files.has(name)) return into;
        into.add(name);
        for (const other of files.get(name).imports) needs(other, into);
        return into;
    };
    const sum = (names) => [...names].reduce((total, name) => total + size.get(name), 0);
    const start = new Set([...needs(entry), ...always]);
    const pages = [...files].filter(([, file]) => file.page).map(([name]) => [name, sum(new Set([...start, ...needs(name)]))]);
    return { size, start: sum(start), pages };
}

export function check(files, entry, always) {
    const { size, start, pages } = weights(files, entry, always);
    const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
    const heavy = [[entry, start], ...pages].filter(([, bytes]) => bytes > firstLoadMax)
        .map(([name, bytes]) => `${name} needs ${kib(bytes)} at first, more than ${kib(firstLoadMax)}`);
    for (const [name, bytes] of size) {
        if (/\.js$/.test(name) && bytes > chunkMax) heavy.push(`${name} is ${kib(bytes)}, more than ${kib(chunkMax)}`);
    }
    if (heavy.length) throw new Error(`the phone app is too heavy:\n  ${heavy.join("\n  ")}`);
    return start;
}
