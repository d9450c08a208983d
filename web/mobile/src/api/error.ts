// How a failed request is to be taken.
import type { ApiError } from "@api";

// Nothing was decided: worth trying again by itself.
export const passing = (problem: ApiError): boolean =>
    problem.status === 0 || problem.status === 429 || problem.status >= 500 || problem.code === "idempotency.in_flight";

export const wordsFor = (problem: ApiError, field: string): string | undefined =>
    problem.fields.find((one) => one.field === field)?.message;
