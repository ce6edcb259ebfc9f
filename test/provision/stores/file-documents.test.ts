import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ConfigurationError } from "oauth-clients";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { StoreError } from "../../../src/provision/stores/errors.js";
import { fileDocuments } from "../../../src/provision/stores/file-documents.js";
import { rejection, temporaryFolder } from "./folder.js";
import { describeDocumentStore } from "./subject.js";

const key = "acme/prod/report";

function endedProcess(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

function startWriter(path: string, rounds: number) {
  const file = fileURLToPath(new URL("writer.ts", import.meta.url));
  const child = fork(file, [path, String(rounds)], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

describe("fileDocuments", () => {
  test.each([undefined, null, "", 7, "a\0b", "folder/"])("refuses %j as a path at once", (path) => {
    expect(() => fileDocuments(path as string)).toThrow(ConfigurationError);
  });

  test("rejects where the directory does not exist, and says what to do", async () => {
    const folder = await temporaryFolder();
    const documents = fileDocuments(folder.file("missing/journal.json"));
    const error = await rejection(documents.document(key).write({ id: 1 }, undefined));
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code: "store_failed", store: "file", operation: "write document", outcome: "not_applied" });
    expect(error.message).toMatch(/ENOENT.*Nothing was written\. Create the directory/);
  });

  test("rejects where the path is a directory", async () => {
    const folder = await temporaryFolder();
    await mkdir(folder.file("journal.json"));
    const error = await rejection(fileDocuments(folder.file("journal.json")).document(key).read());
    expect(error.message).toMatch(/^file read document: EISDIR/);
  });

  test.each([
    "",
    "{",
    "null",
    "[]",
    "{}",
    '{"format":"oauth-clients/documents/2","documents":{}}',
    '{"format":"oauth-clients/documents/1","documents":{"a":{"version":1,"document":{}}}}',
  ])("never takes the damaged file %j for an empty one", async (text) => {
    const folder = await temporaryFolder();
    await writeFile(folder.file("journal.json"), text);
    const document = fileDocuments(folder.file("journal.json")).document(key);
    expect(await rejection(document.read())).toMatchObject({ code: "store_failed", outcome: "not_applied" });
    expect(await rejection(document.write({ id: 1 }, undefined))).toMatchObject({ code: "store_failed" });
    expect(await readFile(folder.file("journal.json"), "utf8")).toBe(text);
    expect(await folder.names()).toEqual(["journal.json"]);
  });

  test.each([
    ["a living process", { pid: process.ppid, host: hostname() }],
    ["another machine", { pid: 1, host: "elsewhere.example" }],
    ["an unknown owner", "?"],
  ])("waits for the lock of %s, then rejects and names the lock file", async (_, owner) => {
    const folder = await temporaryFolder();
    await writeFile(folder.file("journal.json.lock"), JSON.stringify(owner));
    const document = fileDocuments(folder.file("journal.json")).document(key);
    const error = await rejection(document.write({ id: 1 }, undefined, { timeoutMs: 50 }));
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect(error.message).toContain("journal.json.lock");
    expect(await folder.names()).toEqual(["journal.json.lock"]);
  });

  test("stops the wait for a lock with the reason of the signal", async () => {
    const folder = await temporaryFolder();
    await writeFile(folder.file("journal.json.lock"), "{}");
    const reason = new Error("enough");
    const options = { signal: AbortSignal.abort(reason) };
    expect(await rejection(fileDocuments(folder.file("journal.json")).document(key).write({}, undefined, options))).toBe(
      reason,
    );
  });

  test.each([
    ["a process that has ended", () => ({ pid: endedProcess(), host: hostname(), id: "1" })],
    ["an earlier process with the id of this one", () => ({ pid: process.pid, host: hostname(), id: "1" })],
  ])("removes the lock of %s", async (_, owner) => {
    const folder = await temporaryFolder();
    await writeFile(folder.file("journal.json.lock"), JSON.stringify(owner()));
    const document = fileDocuments(folder.file("journal.json")).document(key);
    await document.write({ id: 1 }, undefined);
    expect(await folder.names()).toEqual(["journal.json"]);
  });

  test.skipIf(process.platform === "win32")("writes for its owner only", async () => {
    const folder = await temporaryFolder();
    await fileDocuments(folder.file("journal.json")).document(key).write({ id: 1 }, undefined);
    expect((await stat(folder.file("journal.json"))).mode & 0o777).toBe(0o600);
  });

  test("writes keys in order, one line a field, so that version control shows what changed", async () => {
    const folder = await temporaryFolder();
    const documents = fileDocuments(folder.file("journal.json"));
    const b = await documents.document("b").write({ id: 2 }, undefined);
    const a = await documents.document("a").write({ id: 1 }, undefined);
    const expected = {
      format: "oauth-clients/documents/1",
      documents: { a: { version: a, document: { id: 1 } }, b: { version: b, document: { id: 2 } } },
    };
    expect(await readFile(folder.file("journal.json"), "utf8")).toBe(`${JSON.stringify(expected, null, 2)}\n`);
  });

  describeDocumentStore(async () => {
    const folder = await temporaryFolder();
    const path = folder.file("journal.json");
    return { store: fileDocuments(path), other: fileDocuments(path) };
  });

  test("writes at once become a few writes of the file, and a conflict rejects its own write only", async () => {
    const folder = await temporaryFolder();
    const documents = fileDocuments(folder.file("journal.json"));
    await documents.document("taken").write({ id: 0 }, undefined);
    const probe = await open(folder.file("probe"), "w");
    await probe.close();
    const sync = vi.spyOn(Object.getPrototypeOf(probe), "sync");
    onTestFinished(() => sync.mockRestore());
    const keys = Array.from({ length: 30 }, (_, index) => `client-${index}`);
    const call = { timeoutMs: 10_000 };
    const results = await Promise.allSettled(
      ["taken", ...keys].map((name) => documents.document(name).write({ name }, undefined, call)),
    );
    expect(results.map(({ status }) => status)).toEqual(["rejected", ...keys.map(() => "fulfilled")]);
    expect(results[0]).toMatchObject({ reason: { code: "version_conflict" } });
    expect(await documents.keys()).toEqual([...keys, "taken"].sort());
    for (const name of keys) expect((await documents.document(name).read())?.document).toEqual({ name });
    expect(sync.mock.calls.length).toBeLessThan(keys.length);
  });

  test("an aborted write rejects no write of another call", async () => {
    const folder = await temporaryFolder();
    await writeFile(folder.file("journal.json.lock"), "{}");
    const documents = fileDocuments(folder.file("journal.json"));
    const reason = new Error("enough");
    const aborted = documents.document("a").write({ id: 1 }, undefined, { signal: AbortSignal.abort(reason) });
    const other = documents.document("b").write({ id: 2 }, undefined, { timeoutMs: 5_000 });
    expect(await rejection(aborted)).toBe(reason);
    await rm(folder.file("journal.json.lock"));
    await other;
    expect(await documents.keys()).toEqual(["b"]);
  });

  test("loses no write of two processes", async () => {
    const folder = await temporaryFolder();
    const path = folder.file("journal.json");
    const writers = [startWriter(path, 40), startWriter(path, 40)];
    await Promise.all(writers.map((writer) => once(writer, "exit")));
    expect((await fileDocuments(path).document("count").read())?.document).toEqual({ count: 80 });
    expect(await folder.names()).toEqual(["journal.json"]);
  });

  test("survives the kill of a writer at any moment: every document is whole, and the next writer goes on", async () => {
    const folder = await temporaryFolder();
    const path = folder.file("journal.json");
    let before = 0;
    for (let kill = 0; kill < 5; kill++) {
      const writer = startWriter(path, 100_000);
      await once(writer, "message");
      await wait(5 + 11 * kill);
      const gone = once(writer, "exit");
      writer.kill("SIGKILL");
      await gone;
      const document = fileDocuments(path).document("count");
      const found = await document.read();
      const count = Number(found?.document.count);
      expect(count).toBeGreaterThan(before);
      before = count + 1;
      await document.write({ count: before }, found?.version);
    }
  });
});
