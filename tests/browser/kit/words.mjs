// What no page may show. In the page: every text and every name of a thing, the hidden ones too, for they are shown some time.
export async function strangeWords(page, chinese = null) {
    return await page.evaluate((data) => {
        const found = new Set();
        const foreign = /[\u3000-\u303f\u3400-\u9fff\uff01-\uff65]/; // of Chinese: letters and full-width marks
        const judge = (raw, of, isTip = false) => {
            const text = raw.trim();
            if (!text) return;
            const here = () => `“${text.slice(0, 60)}” in ${of.tagName.toLowerCase()}.${[...of.classList].join(".")}`;
            // A tip may tell the technical name of what has a word; a file has its own.
            const isKey = /^[a-z]+([._][a-z0-9]+)+( #\d+)?$/.test(text) && !/\.(png|csv|xlsx|pdf|zip|json)$/.test(text);
            if (isKey && !isTip && !of.closest("code, .code, kbd")) found.add(`a key instead of a word: ${here()}`);
            if (/\{\w+\}|\bundefined\b|\[object |\bNaN\b|Invalid Date/.test(text)) found.add(`not a word: ${here()}`);
            if (!data || of.closest("[lang^=zh]")) return;
            if (foreign.test(text) && foreign.test(data.reduce((rest, name) => rest.replaceAll(name, ""), text))) found.add(`not English: ${here()}`);
        };
        const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (words.nextNode()) {
            const of = words.currentNode.parentElement;
            if (!of.closest("script, style, noscript")) judge(words.currentNode.data, of);
        }
        for (const name of ["aria-label", "title", "placeholder", "alt"]) {
            for (const one of document.querySelectorAll(`[${name}]`)) judge(one.getAttribute(name), one, name === "title");
        }
        judge(document.title, document.head);
        return [...found];
    }, chinese);
}
