// Whatever may stand in an operation record has a name for people: every table and column that a migration makes.
import { glossary } from "@api/generated/glossary";
import { describe, expect, it } from "vitest";
import { setLanguage } from "@/base/language";
import { columnName, operatorName, subjectTables, tableName } from "./tables";

const migrations = import.meta.glob<string>(["../../../../src/modules/*/migrations/*.sql", "../../../../src/platform/*/migrations/*.sql"],
                                            { query: "?raw", import: "default", eager: true });
const tables = Object.values(migrations).flatMap((sql) => [...sql.matchAll(/CREATE TABLE (\w+) \(([\s\S]*?)\n\)/g)]
    .map(([, name = "", body = ""]) => ({ name, columns: [...body.matchAll(/^\s+([a-z][a-z_0-9]*) /gm)].map((match) => match[1] ?? "") })));
// Secrets are left out of records, and what no reader wants is not shown (changes.ts).
const unseen = /(_hash|_blind)$|^(id|updated_at|version|username_key)$/;
// The machinery's own rows change without a record.
const unrecorded = /^(events|api|reports)_|^(jobs_leader|setup_code|settings_version)$/;
const known = new Set(Object.keys(glossary));

describe("operation records", () => {
    it("are of tables that have a name", () => {
        expect(tables.length).toBeGreaterThan(30);
        expect(tables.map((table) => table.name).filter((name) => tableName(name) === name)).toEqual([]);
        expect(subjectTables.filter((name) => !tables.some((table) => table.name === name))).toEqual([]);
    });

    it("have columns with a name", () => {
        const named = (table: string, column: string) => unseen.test(column) || columnName(column) !== column ||
            known.has(`field.${table.split("_")[0] ?? ""}.${column}`) || known.has(`field.${column}`);
        const nameless = tables.filter(({ name }) => !unrecorded.test(name))
            .flatMap(({ name, columns }) => columns.filter((column) => !named(name, column)).map((column) => `${name}.${column}`));
        expect(nameless).toEqual([]);
    });

    it("say who acted when nobody was signed in", () => {
        setLanguage("zh-CN");
        expect(operatorName("command line")).toBe("命令行");
        expect(operatorName("admin")).toBe("admin");
    });
});
