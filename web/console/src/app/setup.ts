// The first start: whether nobody administers this server yet.
import { api } from "./api";
import type { Schemas } from "@api";

export interface SetupInput {
    setup_code: string;
    username: string;
    password: string;
    name?: string;
    company_name?: string;
    time_zone?: string;
    demo?: boolean;
}

export async function setupNeeded(): Promise<boolean> {
    try {
        const answer = await api.send("/api/setup/");
        return (await answer.json() as { data: { needed: boolean } }).data.needed;
    } catch {
        return false;
    }
}

export async function setUp(input: SetupInput): Promise<Schemas["IdentityLoggedIn"]> {
    const answer = await api.send("/api/setup/", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(input),
    });
    return (await answer.json() as { data: Schemas["IdentityLoggedIn"] }).data;
}
