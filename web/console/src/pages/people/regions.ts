// What a territory can be: a province, or a city in one, as the server reads them.
import { provinces } from "@api/generated/regions";

// What somebody who types this may mean: 广东 -> 广东省 and its cities, 深圳 -> 广东省深圳市. Nothing typed: the provinces.
export function territoriesLike(typed: string, most = 40): string[] {
    const wanted = typed.replace(/\s+/g, "");
    if (!wanted) return provinces.map(([name]) => name);
    const found: string[] = [];
    for (const [name, cities] of provinces) {
        if (name.includes(wanted)) found.push(name);
        for (const city of cities) if (`${name}${city}`.includes(wanted)) found.push(`${name}${city}`);
    }
    // 吉林 is a province and a city, 江 is part of many: names that begin so come first.
    const rank = (one: string) => (one.startsWith(wanted) ? 0 : 1);
    return found.sort((a, b) => rank(a) - rank(b)).slice(0, most);
}
