// "Chrome, Windows" out of what browsers say of themselves; whatever says nothing known is shown as it is.
const browsers: [RegExp, string][] = [
    [/MicroMessenger/, "微信 WeChat"], [/Edg(e|A|iOS)?\//, "Edge"], [/Firefox|FxiOS/, "Firefox"], [/Chrome|CriOS/, "Chrome"], [/Safari/, "Safari"],
];
const systems: [RegExp, string][] = [
    [/Android/, "Android"], [/iPhone|iPad/, "iOS"], [/Windows/, "Windows"], [/Mac OS X/, "macOS"], [/Linux/, "Linux"],
];
const find = (table: [RegExp, string][], agent: string) => table.find(([pattern]) => pattern.test(agent))?.[1];

export function deviceOf(agent: string): string {
    const browser = find(browsers, agent);
    const system = find(systems, agent);
    return browser && system ? `${browser}, ${system}` : browser ?? system ?? (agent || "—");
}
