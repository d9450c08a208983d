// What a test prepares or checks beside the pages, through the same API.
export class Api {
    constructor(origin, token) {
        this.origin = origin;
        this.token = token;
    }
    static async signIn(origin, username, password) {
        const api = new Api(origin);
        api.token = (await api.post("/api/login/", { username, password })).access;
        return api;
    }
    async ask(method, path, body) {
        const form = body instanceof FormData;
        const answer = await fetch(this.origin + path, {
            method, body: body === undefined || form ? body : JSON.stringify(body),
            headers: { ...(this.token && { authorization: `Bearer ${this.token}` }), ...(body !== undefined && !form && { "content-type": "application/json" }) },
        });
        const said = await answer.json();
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(said.error)}`);
        return said.data;
    }
    // How many there are of what a list shows.
    async total(path) {
        const answer = await fetch(this.origin + path, { headers: { authorization: `Bearer ${this.token}` } });
        return (await answer.json()).page.total;
    }
    get(path) { return this.ask("GET", path); }
    post(path, body) { return this.ask("POST", path, body); }
    put(path, body) { return this.ask("PUT", path, body); }
    remove(path) { return this.ask("DELETE", path); }
}
