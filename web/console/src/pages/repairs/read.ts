import { api, take, takeTagged, type Tagged } from "@/app/api";
import { refresh } from "@/app/queries";
import type { Entry, Ticket } from "./states";

export const one = "/api/repair-records/{id}";
export const readTicket = (id: number): Promise<Tagged<Ticket>> => takeTagged(api.GET(one, { params: { path: { id } } }));
export const readHistory = (id: number): Promise<Entry[]> => take(api.GET("/api/repair-records/{id}/history", { params: { path: { id } } }));

// A repair has moved: so have the lists, the unit it is about and the figures of the overview.
export const moved = () => refresh("/api/repair-records", one, `${one}/history`, "/api/operation-records", "/api/products", "/api/products/{id}", "/api/reports");
