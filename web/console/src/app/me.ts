// Who is signed in and what they may do. The server refuses too; this only spares people what they cannot use.
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { api, session, take, type Schemas } from "./api";
import { queries } from "./queries";

export type Me = Schemas["IdentityUserView"];

export const useMe = defineStore("me", () => {
    const user = ref<Me | null>(null);
    const granted = computed(() => new Set(user.value?.permissions ?? []));
    const name = computed(() => user.value?.name || user.value?.username || "");

    // An area that needs no permission is for everybody who has signed in.
    const may = (permission?: string) => permission === undefined || granted.value.has(permission);

    async function load(): Promise<Me | null> {
        if (!session.signedIn) return null;
        user.value ??= await take(api.GET("/api/users/me"));
        return user.value;
    }

    function welcome(answer: Schemas["IdentityLoggedIn"]) {
        queries.clear();
        session.start(answer);
        user.value = answer.user;
    }

    async function signIn(username: string, password: string) {
        welcome(await take(api.POST("/api/login", { body: { username, password } })));
    }

    async function signOut() {
        // Whatever the server says, this browser forgets.
        await api.POST("/api/logout", { params: {} }).catch(() => null);
        session.end();
    }

    function forget() {
        user.value = null;
        queries.clear();
    }

    return { user, name, may, load, welcome, signIn, signOut, forget };
});
