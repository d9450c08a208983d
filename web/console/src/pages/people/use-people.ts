// What the three lists of people have in common: adding, changing, a new password, disabling.
import { ref, shallowRef, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import { useMe } from "@/app/me";
import { t as shell } from "@/base/words";
import type { Column, Option, RowAction } from "@/pro/list";
import { attempt } from "@/pro/run";
import {
    changePerson, nameOf, passwordForm, pathOf, personForm, readPerson, refreshPeople, roleOptions, stateOf, types, type FormOptions, type PersonItem,
} from "./person";
import { t } from "./words";

const permission = "identity.write_users";

export function usePeople(kind: FormOptions["kind"]) {
    const me = useMe();
    const route = useRoute();
    const router = useRouter();
    const open = ref(false);
    const form = shallowRef(personForm({ kind, roles: [] }));
    const passwordOpen = ref(false);
    const password = shallowRef(passwordForm({ id: 0, name: "", username: "" }));

    const roles = (): Promise<Option[]> => (kind === "user" && me.may("identity.view_roles") ? roleOptions() : Promise.resolve([]));
    async function edit(id?: number) {
        const of = id === undefined ? undefined : await readPerson(id);
        form.value = personForm({ kind, of, roles: await roles(), own: id === me.user?.id });
        open.value = true;
    }
    const resetPassword = (person: { id: number; name: string; username: string }) => {
        password.value = passwordForm(person);
        passwordOpen.value = true;
    };
    const create = () => edit();

    // ?new=1 from the command palette opens the form and leaves the address bar.
    watch(() => route.query.new, (wanted) => {
        if (!wanted) return;
        const { new: _new, ...others } = route.query;
        void router.replace({ query: others });
        void attempt(create);
    }, { immediate: true });

    // Their own account is not for them to disable here, nor its password to set without the old one.
    const other = (row: PersonItem) => row.id !== me.user?.id;
    const rowActions = (): RowAction<PersonItem>[] => [
        { key: "edit", label: shell("edit"), permission, run: (row) => edit(row.id) },
        { key: "disable", label: t("disable"), permission, danger: true, when: (row) => row.active && other(row), done: t("disabled"),
          ask: (row) => ({ title: t("disable_ask", { name: nameOf(row) }), text: t("disable_text"), confirm: t("disable") }), run: (row) => changePerson(row.id, { active: false }) },
        { key: "enable", label: t("enable"), permission, when: (row) => !row.active, done: t("enabled"), run: (row) => changePerson(row.id, { active: true }) },
        // Customers come in by one-time code.
        { key: "password", label: t("password_set"), permission, when: (row) => other(row) && row.user_type !== types.customer, run: resetPassword },
    ];
    return { open, form, passwordOpen, password, edit, create, resetPassword, rowActions, saved: () => attempt(refreshPeople) };
}

// Columns that every list of people has.
export const firstColumns = (label: string): Column<PersonItem>[] => [
    { key: "name", label, minWidth: 150, sortable: true, always: true, text: nameOf, link: pathOf },
    { key: "phone", label: t("phone"), width: 140 },
    { key: "email", label: t("email"), minWidth: 160 },
];
export const lastColumns = (): Column<PersonItem>[] => [
    { key: "active", label: t("state"), width: 100, tag: (row) => stateOf(row.active) },
    { key: "created_at", label: t("created"), width: 160, kind: "time", sortable: true },
    { key: "last_login_at", label: t("last_login"), width: 160, kind: "time", hidden: true },
];
export const stateOptions = (): Option[] => [{ value: "true", label: t("active") }, { value: "false", label: t("inactive") }];
