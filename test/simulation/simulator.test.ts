import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { setupServer } from "msw/node";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createClock } from "../../src/simulation/clock.js";
import { createHandlers } from "../../src/simulation/handlers.js";
import { createLimiter } from "../../src/simulation/limits.js";
import { randomText, randomToken } from "../../src/simulation/randomness.js";
import { createRecorder } from "../../src/simulation/requests.js";
import { createNotes, notesUrl } from "./notes.js";

describe("the injected fetch", () => {
  it("refuses any other origin as an unknown host is refused", async () => {
    const { fetch, requests } = createNotes();
    const error = await fetch("https://elsewhere.test/notes").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: "fetch failed", cause: { code: "ENOTFOUND", hostname: "elsewhere.test" } });
    expect(requests).toEqual([]);
  });

  it("refuses an address outside the site's own path", async () => {
    const { fetch } = createNotes({ url: "https://notes.test/v1" });
    await expect(fetch("https://notes.test/v10/notes")).rejects.toMatchObject({ cause: { code: "ENOTFOUND" } });
    expect((await fetch("https://notes.test/v1/notes")).status).toBe(200);
  });

  it("sends nothing when the signal is aborted already", async () => {
    const { fetch, requests } = createNotes();
    const reason = new Error("enough");
    await expect(fetch(`${notesUrl}/notes`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requests).toEqual([]);
  });

  it("ends with the signal's own reason while it waits, and the effect stays", async () => {
    const { fetch, delayNext, notes } = createNotes();
    delayNext("addNote", 60_000);
    const abort = new AbortController();
    const reason = { own: "reason" };
    const pending = fetch(`${notesUrl}/notes`, { method: "POST", body: "late", signal: abort.signal });
    setTimeout(() => abort.abort(reason), 10);
    await expect(pending).rejects.toBe(reason);
    expect(notes).toEqual(["late"]);
  });

  it("ends the reading of the content with the signal's own reason", async () => {
    const { fetch } = createNotes();
    const abort = new AbortController();
    const response = await fetch(`${notesUrl}/endless`, { signal: abort.signal });
    const reading = response.text();
    const reason = new Error("enough");
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });

  it("takes a text, a URL and a Request", async () => {
    const { fetch, requests } = createNotes();
    await fetch(`${notesUrl}/notes`);
    await fetch(new URL(`${notesUrl}/notes`));
    await fetch(new Request(`${notesUrl}/notes`));
    expect(requests.map(({ operationId, status }) => [operationId, status])).toEqual(Array(3).fill(["listNotes", 200]));
  });

  it("gives the answer the address that it came from", async () => {
    const { fetch } = createNotes();
    expect(await fetch(`${notesUrl}/notes`)).toMatchObject({ url: `${notesUrl}/notes`, redirected: false });
  });
});

describe("routing", () => {
  it.each([
    ["a path that does not exist", "GET", "/nowhere", 404],
    ["a method that the path does not have", "DELETE", "/notes", 405],
    ["a segment that cannot be decoded", "GET", "/notes/%E0", 404],
    ["an empty segment", "GET", "/notes/", 404],
  ])("has no operation for %s", async (_case, method, path, status) => {
    const { fetch, requests } = createNotes();
    expect((await fetch(notesUrl + path, { method })).status).toBe(status);
    expect(requests).toMatchObject([{ operationId: undefined, status }]);
  });

  it("decodes the parts that a template names, slashes included", async () => {
    const { fetch } = createNotes();
    const response = await fetch(`${notesUrl}/notes/${encodeURIComponent("a/b c")}`);
    expect(await response.json()).toEqual({ id: "a/b c" });
  });

  it("prefers a literal segment to a named one", async () => {
    const { fetch } = createNotes();
    expect(await (await fetch(`${notesUrl}/notes/newest`)).json()).toEqual({ newest: true });
  });
});

describe("the request log", () => {
  const strange = "s3cr3t-Canary";

  it.each([
    ["an authorization header", { headers: { authorization: `Bearer ${strange}` } }],
    ["a key header", { headers: { "x-api-key": strange } }],
    ["a header that the vendor names", { headers: { "x-notes-key": strange } }],
    ["a JSON member", { body: JSON.stringify({ nested: [{ client_secret: strange }] }) }],
    ["a member that the vendor names", { body: JSON.stringify({ noteKey: strange }) }],
    ["a JSON Patch", { body: JSON.stringify([{ op: "replace", path: "/client_secret", value: strange }]) }],
    ["a private key", { body: JSON.stringify({ jwks: { keys: [{ kty: "EC", d: strange }] } }) }],
    ["a form", { body: new URLSearchParams({ client_secret: strange, client_assertion: strange }) }],
    ["text of an unknown kind", { body: `client_secret=${strange}` }],
    ["a JSON string", { body: JSON.stringify(strange) }],
  ])("strikes out the secret in %s", async (_case, init) => {
    const { fetch, requests } = createNotes();
    await fetch(`${notesUrl}/notes?token=${strange}`, { method: "POST", ...init });
    expect(requests).toHaveLength(1);
    expect(JSON.stringify(requests)).not.toContain(strange);
  });

  it("keeps the rest: the scheme, repeated parameters, numbers and names", () => {
    const { record } = createRecorder();
    const call = {
      method: "POST",
      url: new URL("https://notes.test/a?x=1&x=2&y=3"),
      parameters: {},
      headers: new Headers({ authorization: "Basic abc", accept: "*/*" }),
      bytes: new Uint8Array(),
      text: '{"name":"n","size":3}',
      sites: {},
      origins: [],
    };
    expect(record(call, "op", new Date(0))).toEqual({
      operationId: "op",
      method: "POST",
      origin: "https://notes.test",
      path: "/a",
      query: { x: ["1", "2"], y: "3" },
      headers: { authorization: "Basic [struck out]", accept: "*/*" },
      body: { name: "n", size: 3 },
      status: undefined,
      at: new Date(0),
    });
  });
});

describe("handlers", () => {
  it("says once and clearly that msw is missing", () => {
    const missing = () => {
      throw new Error("Cannot find module 'msw'");
    };
    expect(() =>
      createHandlers(
        () => true,
        async () => new Response(),
        missing,
      ),
    ).toThrow(/`handlers` needs the package msw/);
  });

  it("answers the global fetch through setupServer, and breaks it when the line is cut", async () => {
    const { handlers, dropConnection, requests } = createNotes({ url: "http://127.0.0.1:9/notes-api" });
    const server = setupServer(...handlers);
    server.listen({ onUnhandledRequest: "bypass" });
    try {
      expect((await fetch("http://127.0.0.1:9/notes-api/notes", { method: "POST", body: "one" })).status).toBe(201);
      expect(await (await fetch("http://127.0.0.1:9/notes-api/notes")).json()).toEqual(["one"]);
      dropConnection("listNotes", { after: "nothing" });
      await expect(fetch("http://127.0.0.1:9/notes-api/notes")).rejects.toThrow(TypeError);
    } finally {
      server.close();
    }
    expect(requests.map(({ status }) => status)).toEqual([201, 200, undefined]);
  });

  it("are needed by nobody who injects fetch: without msw the entry point loads, and only reading `handlers` throws", async () => {
    const folder = await mkdtemp(join(tmpdir(), "without-msw-"));
    try {
      await transpileEntry(folder);
      const script = `
        import { simulateOry } from "./testing.js";
        const ory = simulateOry();
        const { status } = await ory.fetch(ory.urls.admin + "/admin/clients");
        let message = "";
        try { ory.handlers } catch (error) { message = error.message }
        console.log(JSON.stringify({ status, message }));
      `;
      await writeFile(join(folder, "program.js"), script);
      const { stdout } = await promisify(execFile)(process.execPath, ["program.js"], { cwd: folder, timeout: 20_000 });
      expect(JSON.parse(stdout)).toEqual({ status: 200, message: expect.stringContaining("needs the package msw") as string });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the clock", () => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("does not move by %d", (ms) => {
    expect(() => createClock().advance(ms)).toThrow(RangeError);
  });

  it("runs ahead by as much as it was moved", () => {
    const clock = createClock();
    const before = clock.now().getTime();
    clock.advance(3_600_000);
    expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(3_600_000);
  });
});

describe("the limiter", () => {
  it("refuses above any of its windows and starts afresh when a window is over", () => {
    let nowMs = 0;
    const clock = { now: () => new Date(nowMs), advance: () => undefined };
    const admit = createLimiter(
      [
        { limit: 2, seconds: 1 },
        { limit: 3, seconds: 60 },
      ],
      clock,
    );
    const admitted = () => admit().admitted;
    expect([admitted(), admitted(), admitted()]).toEqual([true, true, false]);
    nowMs = 1000;
    expect([admitted(), admitted()]).toEqual([true, false]);
    nowMs = 59_999;
    expect(admit()).toMatchObject({ admitted: false, windows: [{ remaining: 2 }, { remaining: 0, resetSeconds: 1 }] });
    nowMs = 60_000;
    expect(admitted()).toBe(true);
  });
});

describe("randomness", () => {
  it("draws every character of the alphabet and none besides", () => {
    const text = randomText(5000, "abc");
    expect(text).toMatch(/^[abc]{5000}$/);
    expect(new Set(text).size).toBe(3);
  });

  it("does not repeat itself", () => {
    expect(new Set(Array.from({ length: 1000 }, randomToken)).size).toBe(1000);
  });
});

/** Turns src/testing.ts and what it imports into JavaScript, away from any node_modules. */
async function transpileEntry(folder: string): Promise<void> {
  const source = join(import.meta.dirname, "../../src");
  const { compilerOptions } = ts.readConfigFile(join(source, "../tsconfig.json"), (path) => ts.sys.readFile(path)).config as {
    compilerOptions: Record<string, unknown>;
  };
  const files = (await readdir(source, { recursive: true })).filter((file) =>
    /^(?:testing\.ts|simulation\/.*|ory\/simulat.*)$/.test(file),
  );
  for (const file of files.filter((name) => name.endsWith(".ts"))) {
    const text = await readFile(join(source, file), "utf8");
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { ...compilerOptions, target: 9, module: 99, noEmit: false },
    });
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
}
