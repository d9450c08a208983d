export function regionsOf(text: string): [string, string[]][];
export function regionsModule(file: string): string;
