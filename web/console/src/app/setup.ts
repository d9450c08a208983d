// The first start: whether nobody administers this server yet.
import { api } from "./api";
import { readInstallation } from "./installation";
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

export const setupNeeded = async (): Promise<boolean> => (await readInstallation())?.needed ?? false;

export async function setUp(input: SetupInput): Promise<Schemas["IdentityLoggedIn"]> {
    const answer = await api.send("/api/setup/", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(input),
    });
    return (await answer.json() as { data: Schemas["IdentityLoggedIn"] }).data;
}
