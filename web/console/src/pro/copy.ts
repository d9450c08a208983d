// Text into the clipboard. navigator.clipboard exists on https and localhost only; a server in the office network has
// neither.
export async function copyText(text: string) {
    if (navigator.clipboard) {
        await navigator.clipboard.writeText(text);
        return;
    }
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "only-read";
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
}
