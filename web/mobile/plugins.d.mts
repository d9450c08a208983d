import type { Plugin } from "vite";
export function iconFont(): Plugin;
export function licences(): Plugin;
export function offline(source: string): Plugin;
