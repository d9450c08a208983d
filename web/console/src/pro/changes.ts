// What an operation record says has changed. The server writes one changed row as its fields, several as
// [{ table, id, fields }], with what a verb noted besides beside "changes"; too long ones as { rows: 12 }.
export interface ChangedField {
    name: string;
    before: unknown;
    after: unknown;
}

export interface ChangedRow {
    table: string;
    id: number | null;
    fields: ChangedField[];
}

export interface Changes {
    rows: ChangedRow[];
    refused: string; // the code of why nothing was done
    omitted: number; // rows of which only the number was kept
}

type Fields = Record<string, unknown>;
interface Named { table: string; id: number; fields: Fields }
interface Side { named: Named[]; bare: Fields | null; refused: string; omitted: number }

const isFields = (value: unknown): value is Fields => value !== null && typeof value === "object" && !Array.isArray(value);

function readSide(value: unknown): Side {
    const side: Side = { named: [], bare: null, refused: "", omitted: 0 };
    if (Array.isArray(value)) {
        side.named = value as Named[];
    } else if (isFields(value)) {
        const names = Object.keys(value);
        if (names.length === 1 && typeof value.refused === "string") side.refused = value.refused;
        else if (names.length === 1 && typeof value.rows === "number") side.omitted = value.rows;
        else if ("changes" in value) return withNotes(value);
        else side.bare = value;
    }
    return side;
}

// What was noted stands among the fields of the subject.
function withNotes({ changes, ...notes }: Fields): Side {
    const side = readSide(changes);
    return { ...side, bare: { ...side.bare, ...notes } };
}

// Stored but of no use to a reader.
const silent = new Set(["id", "updated_at", "version", "username_key"]);

function compare(before: Fields, after: Fields): ChangedField[] {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
        .filter((name) => !silent.has(name) && JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null))
        .map((name) => ({ name, before: before[name] ?? null, after: after[name] ?? null }));
}

// One side names its rows and the other has a single, nameless one: it is the row with the same fields.
function match(bare: Fields, named: Named[]): Named | undefined {
    const names = Object.keys(bare);
    return named.find((one) => names.every((name) => name in one.fields));
}

export function readChanges(before: unknown, after: unknown, subject: string, subjectId: number | null): Changes {
    const was = readSide(before);
    const is = readSide(after);
    const found = new Map<string, { table: string; id: number | null; before: Fields; after: Fields }>();
    const row = (table: string, id: number | null) => {
        const key = `${table} ${id ?? ""}`;
        const known = found.get(key) ?? { table, id, before: {}, after: {} };
        found.set(key, known);
        return known;
    };
    const owner = (bare: Fields, others: Named[]) => {
        const one = match(bare, others);
        return one ? row(one.table, one.id) : row(subject, subjectId);
    };
    for (const one of was.named) row(one.table, one.id).before = one.fields;
    for (const one of is.named) row(one.table, one.id).after = one.fields;
    if (was.bare) owner(was.bare, is.named).before = was.bare;
    if (is.bare) {
        const known = owner(is.bare, was.named);
        known.after = { ...known.after, ...is.bare };
    }
    const rows = [...found.values()].map((one) => ({ table: one.table, id: one.id, fields: compare(one.before, one.after) }))
        .filter((one) => one.fields.length > 0);
    // The thing it was about first, then as written.
    const first = (one: ChangedRow) => (one.table === subject && one.id === subjectId ? 0 : 1);
    rows.sort((a, b) => first(a) - first(b));
    return { rows, refused: is.refused, omitted: Math.max(was.omitted, is.omitted) };
}

// Which table a field that holds an identifier points into.
const people = "identity_user";
const pointers: Record<string, string> = {
    agent_id: people, customer_id: people, user_id: people, technician_id: people, created_by: people, updated_by: people, operator_id: people,
    decided_by: people, product_id: "units_unit", unit_id: "units_unit", replaced_by: "units_unit", replacement_id: "units_unit",
    product_type_id: "catalog_product_type", role_id: "identity_role", ticket_id: "repair_ticket", repair_id: "repair_ticket",
};
export const pointsTo = (field: string): string | undefined => pointers[field];
