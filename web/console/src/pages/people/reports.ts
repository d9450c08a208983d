// The activation report as JSON; the route can answer with a spreadsheet too, which its type says.
import { api, take, type Schemas } from "@/app/api";

export type ActivationRow = Schemas["ReportsActivationRow"];
export const activationPath = "/api/reports/lifecycle/activation";

export function activation(query: { by: "agent" | "type"; agent_id?: number }): Promise<ActivationRow[]> {
    const answer = api.GET(activationPath, { params: { query } });
    return take(answer as Promise<{ data?: { data: ActivationRow[] }; response: Response }>);
}
