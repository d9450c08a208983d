interface Weighed {
    body: string | Uint8Array;
    imports: string[];
    page?: boolean;
}
export const firstLoadMax: number;
export const chunkMax: number;
export function weights(files: Map<string, Weighed>, entry: string, always: string[]):
    { size: Map<string, number>; start: number; pages: [string, number][] };
export function check(files: Map<string, Weighed>, entry: string, always: string[]): number;
