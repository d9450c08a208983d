// The cache of what was read. Lists are keyed [path, query, …], so whoever changes a thing says refresh(path).
import { QueryClient } from "@tanstack/vue-query";
import { ApiError } from "@api";

export const queries = new QueryClient({
    defaultOptions: {
        queries: {
            // A browser that takes itself for offline is asked all the same: a query that waits says nothing to anybody.
            networkMode: "always",
            staleTime: 5_000,
            refetchOnWindowFocus: false,
            // What the server refused it will refuse again; what it could not answer it may yet.
            retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
        },
        mutations: { networkMode: "always", retry: false },
    },
});

export async function refresh(...paths: string[]) {
    await Promise.all(paths.map((path) => queries.invalidateQueries({ queryKey: [path] })));
}
