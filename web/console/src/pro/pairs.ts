export interface Pair { name: string; value: string }

export const toPairs = (from: Record<string, string>): Pair[] => Object.entries(from).map(([name, value]) => ({ name, value }));

// A line without a name is not there yet; of two with one name the later counts.
export const fromPairs = (pairs: Pair[]): Record<string, string> =>
    Object.fromEntries(pairs.filter((pair) => pair.name.trim()).map((pair) => [pair.name.trim(), pair.value]));
