// The real binary on a fresh database, on a port of its own.
import { spawn, execFile } from "node:child_process";
import { constants, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createServer } from "node:net";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";

const run = promisify(execFile);
const binary = process.env.YL_BINARY;
const ready_ms_max = 60_000;

async function freePort() {
    return await new Promise((done, fail) => {
        const socket = createServer();
        socket.once("error", fail).listen(0, "127.0.0.1", () => {
            const { port } = socket.address();
            socket.close(() => done(port));
        });
    });
}

// A database of the server that CTest's fixture keeps; the fourth line of its file is the port.
async function postgresDatabase() {
    const port = readFileSync(process.env.YL_PG_FILE, "utf8").split("\n")[3].trim();
    const address = (name) => `postgresql://postgres@127.0.0.1:${port}/${name}`;
    const tell = (sql) => run("psql", ["-q", "-d", address("postgres"), "-c", sql]);
    const name = `browser_${randomBytes(6).toString("hex")}`;
    await tell(`CREATE DATABASE ${name}`);
    return { url: address(name), drop: () => tell(`DROP DATABASE ${name} WITH (FORCE)`) };
}

function createAdministrator(where, env, { username, password }) {
    return new Promise((done, fail) => {
        const made = spawn(binary, ["admin", "create", "--username", username, "--password-stdin", ...where],
                           { env, stdio: ["pipe", "ignore", "inherit"] });
        made.once("exit", (code) => (code === 0 ? done() : fail(new Error(`admin create ended with ${code}`))));
        made.stdin.end(`${password}\n`);
    });
}

// Starts a server, on a copy of the folder `data` where one is given; `verbs` are run on its data before (["demo"]), then
// an `administrator` is made. Returns its address,
// what it printed, and how to run a verb, to stop it and to start it again at the same address.
export async function startServer({ data: from, flags = [], verbs = [], administrator } = {}) {
    const database = process.env.YL_DATABASE ?? "sqlite";
    const data = mkdtempSync(join(from ? dirname(from) : tmpdir(), "yl-browser-"));
    if (from) cpSync(from, data, { recursive: true, mode: constants.COPYFILE_FICLONE });
    const postgres = database === "postgres" ? await postgresDatabase() : null;
    const port = await freePort();
    const where = ["--data", data, ...(postgres ? ["--database", postgres.url] : [])];
    const env = { ...process.env, RATE_LIMITS: "off" };
    const verb = (words) => run(binary, [...words, ...where], { env, maxBuffer: 64 << 20 });
    for (const words of verbs) await verb(words);
    if (administrator) await createAdministrator(where, env, administrator);

    let process_, ended, said = "";
    const origin = `http://127.0.0.1:${port}`;
    async function start() {
        const before = said.length;
        process_ = spawn(binary, ["serve", "--listen", `127.0.0.1:${port}`, ...where, ...flags], { env });
        for (const stream of [process_.stdout, process_.stderr]) stream.on("data", (piece) => { said += piece; });
        ended = new Promise((done) => process_.once("exit", done));
        const until = Date.now() + ready_ms_max;
        for (;; await new Promise((done) => setTimeout(done, 50))) {
            if (process_.exitCode !== null) throw new Error(`the server ended at once:\n${said}`);
            const answers = await fetch(`${origin}/ready`).then((answer) => answer.ok, () => false);
            if (answers && said.slice(before).includes("is ready")) return;
            if (Date.now() > until) throw new Error(`the server is not ready:\n${said}`);
        }
    }
    async function halt() {
        process_.kill("SIGTERM");
        const code = await ended;
        if (code !== 0) throw new Error(`the server ended with ${code}:\n${said}`);
    }
    await start();
    return {
        origin,
        said: () => said,
        // The newest one-time code that went to this number or address.
        codeFor: (target) => readFileSync(join(data, "messages.log"), "utf8").trim().split("\n").map((line) => line.split(" "))
            .filter((words) => words[2] === target).at(-1)?.[3],
        verb,
        start,
        halt,
        async stop() {
            try {
                if (process_.exitCode === null) await halt();
            } finally {
                await postgres?.drop();
                rmSync(data, { recursive: true, force: true });
            }
        },
    };
}
