export * from "./client";
export * from "./session";
export { choices } from "./generated/choices";
