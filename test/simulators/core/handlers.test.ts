import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { setupServer } from "msw/node";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { createHandlers } from "../../../src/simulators/core/handlers.js";
import { createNotes } from "./notes.js";

describe("handlers", () => {
  test("says once and clearly that msw is missing", () => {
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

  test("answers the global fetch through setupServer, and breaks it when the line is cut", async () => {
    const { handlers, dropConnection, requests } = createNotes({ url: "http://127.0.0.1:9/notes-api" });
    const server = setupServer(...handlers);
    server.listen({ onUnhandledRequest: "bypass" });
    try {
      expect((await fetch("http://127.0.0.1:9/notes-api/notes", { method: "POST", body: "one" })).status).toBe(201);
      expect(await (await fetch("http://127.0.0.1:9/notes-api/notes")).json()).toEqual(["one"]);
      dropConnection("listNotes", { when: "before" });
      await expect(fetch("http://127.0.0.1:9/notes-api/notes")).rejects.toThrow(TypeError);
    } finally {
      server.close();
    }
    expect(requests.map(({ status }) => status)).toEqual([201, 200, undefined]);
  });

  test("are needed by nobody who injects fetch: without msw the entry point loads, and only reading `handlers` throws", async () => {
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
      const { stdout } = await promisify(execFile)(process.execPath, ["program.js"], { cwd: folder, timeout: 50_000 });
      expect(JSON.parse(stdout)).toEqual({ status: 200, message: expect.stringContaining("needs the package msw") as string });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Turns src/testing.ts and what it imports into JavaScript, away from any node_modules. */
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
