import { computed, ref } from "vue";
import { menuGroups, type AreaMenu, type MenuGroup } from "@/app/area";
import { areas } from "@/app/areas";
import { useMe } from "@/app/me";
import { say } from "@/base/language";
import { t } from "@/base/words";

const key = "yuanliu.menu";
export const collapsed = ref(localStorage.getItem(key) === "collapsed");
export const drawer = ref(false); // the menu of narrow windows

export function toggleMenu() {
    if (matchMedia("(max-width: 900px)").matches) {
        drawer.value = !drawer.value;
        return;
    }
    collapsed.value = !collapsed.value;
    localStorage.setItem(key, collapsed.value ? "collapsed" : "open");
}

export interface MenuSection {
    name: MenuGroup;
    title: string;
    entries: (AreaMenu & { label: string })[];
}

// The menu as this person may see it; a group without entries is not shown.
export function useMenu() {
    const me = useMe();
    return computed<MenuSection[]>(() => menuGroups.map((name) => ({
        name,
        title: t(`group_${name}`),
        entries: areas.flatMap((area) => area.menu).filter((entry) => entry.group === name && me.may(entry.permission))
            .sort((a, b) => a.order - b.order).map((entry) => ({ ...entry, label: say(entry.title) })),
    })).filter((section) => section.entries.length > 0));
}
