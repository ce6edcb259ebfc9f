import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { createNotes } from "./notes.js";

// The package name is not a literal, so that the types of one major version apply to both.
const load = async (name: string) => ({
  msw: (await import(name)) as typeof import("msw"),
  setupServer: ((await import(`${name}/node`)) as typeof import("msw/node")).setupServer,
});
const [nodeMajor = 0] = process.versions.node.split(".").map(Number);

// msw 3 needs Node 22.
describe.each(nodeMajor < 22 ? ["msw"] : ["msw", "msw-3"])("request handlers for the package %s", async (name) => {
  const { msw, setupServer } = await load(name);

  test("respond to the global fetch through setupServer, and a dropped connection rejects the call", async () => {
    const { handlers, dropConnection, requests } = createNotes({ url: "https://notes.test/notes-api" });
    const server = setupServer(...handlers(msw));
    server.listen({ onUnhandledRequest: "bypass" });
    try {
      expect((await fetch("https://notes.test/notes-api/notes", { method: "POST", body: "one" })).status).toBe(201);
      expect(await (await fetch("https://notes.test/notes-api/notes")).json()).toEqual(["one"]);
      dropConnection("listNotes", { when: "before" });
      await expect(fetch("https://notes.test/notes-api/notes")).rejects.toThrow(TypeError);
    } finally {
      server.close();
    }
    expect(requests.map(({ status }) => status)).toEqual([201, 200, undefined]);
  });

  test("the operation runs once when two servers listen in one program", async () => {
    const notes = createNotes();
    const handlers = notes.handlers(msw);
    const servers = [setupServer(...handlers), setupServer(...handlers)];
    for (const server of servers) server.listen({ onUnhandledRequest: "bypass" });
    try {
      expect((await fetch("https://notes.test/notes", { method: "POST", body: "one" })).status).toBe(201);
    } finally {
      for (const server of servers) server.close();
    }
    expect(notes.notes).toEqual(["one"]);
  });
});

describe("oauth-clients/testing without msw installed", () => {
  test("the entry point loads, and fetch works", async () => {
    const folder = await mkdtemp(join(tmpdir(), "without-msw-"));
    try {
      await transpileEntry(folder);
      const script = `
        import { simulateOry } from "./testing.js";
        const ory = simulateOry();
        const { status } = await ory.fetch(ory.urls.admin + "/admin/clients");
        console.log(JSON.stringify({ status }));
      `;
      await writeFile(join(folder, "program.js"), script);
      const { stdout } = await promisify(execFile)(process.execPath, ["program.js"], { cwd: folder, timeout: 50_000 });
      expect(JSON.parse(stdout)).toEqual({ status: 200 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("no source file of the simulators imports msw, not even its types", async () => {
    const folder = join(import.meta.dirname, "../../../src/simulators");
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts"));
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
    expect(texts.filter((text) => /^import[^;]* from "msw|import\("msw/m.test(text))).toEqual([]);
  });
});

/** Transpiles src/testing.ts and its imports into a folder without node_modules. */
async function transpileEntry(folder: string): Promise<void> {
  const source = join(import.meta.dirname, "../../../src");
  const { compilerOptions } = ts.readConfigFile(join(source, "../tsconfig.json"), (path) => ts.sys.readFile(path)).config as {
    compilerOptions: Record<string, unknown>;
  };
  const files = (await readdir(source, { recursive: true })).filter((file) => /^(?:testing\.ts$|simulators\/)/.test(file));
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
