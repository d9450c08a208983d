// The keys that work everywhere. Single letters only count while nobody is typing.
import { closeTabs } from "@/app/closing";
import type { Shortcuts } from "@/app/page";
import { useTabs } from "@/app/tabs";
import { router } from "@/app/router";
import { toggleMenu } from "./menu";

interface Targets {
    palette(): void;
    sheet(): void;
    shortcuts: Shortcuts;
}

const typing = (target: EventTarget | null) => target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const covered = () => [...document.querySelectorAll(".el-overlay")].some((layer) => (layer as HTMLElement).style.display !== "none");

function step(by: number) {
    const tabs = useTabs();
    const at = tabs.list.findIndex((tab) => tab.path === tabs.active);
    const next = tabs.list[(at + by + tabs.list.length) % tabs.list.length];
    if (next) void router.push(next.full);
}

export function listenForKeys(to: Targets): () => void {
    const alt: Record<string, () => void> = {
        KeyW: () => { void closeTabs([useTabs().active]); }, BracketRight: () => { step(1); }, BracketLeft: () => { step(-1); }, KeyM: toggleMenu,
        KeyN: () => { to.shortcuts.create?.(); }, KeyR: () => { to.shortcuts.refresh?.(); },
    };
    const listener = (event: KeyboardEvent) => {
        const { code, key } = event;
        if ((event.ctrlKey || event.metaKey) && !event.altKey && code === "KeyK") {
            event.preventDefault();
            to.palette();
            return;
        }
        if (event.isComposing || covered()) return;
        if (event.altKey && !event.ctrlKey && !event.metaKey && alt[code]) {
            event.preventDefault();
            alt[code]();
            return;
        }
        if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
        if (key === "?") to.sheet();
        else if (key === "/") {
            event.preventDefault();
            to.shortcuts.search?.();
        }
    };
    document.addEventListener("keydown", listener);
    return () => { document.removeEventListener("keydown", listener); };
}
