import {
  chmod,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError, SecretStorageError } from "oauth-clients";
import { createOryManager } from "oauth-clients/ory";
import { simulateOry } from "oauth-clients/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { secretFile } from "../../src/node/index.js";

const credentials = {
  clientId: "c1",
  clientSecret: "hunter22hunter22",
  tokenEndpointAuthMethod: "client_secret_post",
} as const;
const context = { vendor: "acme", operation: "create client", id: "c1", name: "worker" };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "secrets-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const read = async (name: string) => JSON.parse(await readFile(join(directory, name), "utf8"));

describe("secretFile", () => {
  test.each([undefined, null, "", 7, "a\0b"])("refuses %j as a directory at once", (path) => {
    expect(() => secretFile(path as string)).toThrow(ConfigurationError);
  });

  test("is not ready where there is no such directory", async () => {
    await expect(secretFile(join(directory, "missing")).check?.(context)).rejects.toThrow(/ENOENT/);
  });

  test("is not ready where the path is a file", async () => {
    await writeFile(join(directory, "file"), "");
    await expect(secretFile(join(directory, "file")).check?.(context)).rejects.toThrow(/ENOTDIR|ENOENT/);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "is not ready where nothing may be written",
    async () => {
      await chmod(directory, 0o500);
      await expect(secretFile(directory).check?.(context)).rejects.toThrow(/EACCES/);
      await chmod(directory, 0o700);
    },
  );

  test("is not ready where the file's path is a directory", async () => {
    await mkdir(join(directory, "acme-c1.json"));
    await expect(secretFile(directory).check(context)).rejects.toThrow(/EISDIR/);
    expect(await readdir(directory)).toEqual(["acme-c1.json"]);
  });

  test("is not ready where the path as a whole is too long", async () => {
    await expect(secretFile(join(directory, "d/".repeat(2_100))).check(context)).rejects.toThrow(/ENAMETOOLONG/);
  });

  test("is not ready where the disk has no room for the secret's file", async () => {
    const probe = await open(join(directory, "probe"), "w");
    await probe.close();
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    const written: number[] = [];
    const write = vi.spyOn(Object.getPrototypeOf(probe), "writeFile").mockImplementation(async (text) => {
      written.push(String(text).length);
      throw full;
    });
    try {
      await expect(secretFile(directory).check({ ...context, name: "n".repeat(10_000) })).rejects.toThrow(/ENOSPC/);
    } finally {
      write.mockRestore();
    }
    expect(written[0]).toBeGreaterThan(14_000);
    expect(await readdir(directory)).toEqual(["probe"]);
  });

  test("leaves nothing behind when it only tries", async () => {
    await secretFile(directory).check?.(context);
    expect(await readdir(directory)).toEqual([]);
  });

  test("leaves no part of a secret behind when it fails", async () => {
    // A directory in the place of the file: it cannot be replaced by one.
    await mkdir(join(directory, "acme-c1.json"));
    await expect(secretFile(directory).write(credentials, context)).rejects.toThrow();
    expect(await readdir(directory)).toEqual(["acme-c1.json"]);
  });

  test.each([
    ["../../etc/passwd", "acme-..%2F..%2Fetc%2Fpasswd.json"],
    ["a/b\\c", "acme-a%2Fb%5Cc.json"],
    ["..", "acme-...json"],
    ["EU.5f6a.7b", "acme-EU.5f6a.7b.json"],
  ])("keeps the id %s inside of the directory", async (id, name) => {
    await secretFile(directory).write(credentials, { ...context, id });
    expect(await readdir(directory)).toEqual([name]);
  });

  test("keeps apart clients of two servers that have the same id", async () => {
    const sink = secretFile(directory);
    await sink.write(credentials, { ...context, server: "hydra.example:4445" });
    await sink.write({ ...credentials, clientSecret: "of the other server" }, { ...context, server: "hydra.example:5445" });
    expect(await readdir(directory)).toEqual(["acme-c1@hydra.example%3A4445.json", "acme-c1@hydra.example%3A5445.json"]);
    expect(await read("acme-c1@hydra.example%3A4445.json")).toMatchObject({ ...credentials, server: "hydra.example:4445" });
  });

  test.each(["i".repeat(300), "ä".repeat(200), "/".repeat(90)])(
    "uses a hash for the id %s, which is too long for a file name",
    async (id) => {
      const sink = secretFile(directory);
      await sink.check({ ...context, id });
      await sink.write(credentials, { ...context, id });
      await sink.write(credentials, { ...context, id: `${id}2` });
      await sink.write(credentials, { ...context, id });
      const names = await readdir(directory);
      expect(names).toHaveLength(2);
      for (const name of names) expect(name).toMatch(/^acme-@sha256-[0-9a-f]{64}\.json$/);
      const contents = await Promise.all(names.map(read));
      expect(contents.map((content) => content.id).sort()).toEqual([id, `${id}2`]);
    },
  );

  test("removes the file of a deleted client and no other, also when it is removed already", async () => {
    const sink = secretFile(directory);
    const long = "i".repeat(300);
    for (const id of ["c1", "c2", long]) await sink.write(credentials, { ...context, id });
    await sink.write(credentials, { ...context, server: "hydra.example" });
    for (const id of ["c1", "c1", long]) await sink.remove({ vendor: "acme", id });
    expect((await readdir(directory)).sort()).toEqual(["acme-c1@hydra.example.json", "acme-c2.json"]);
  });

  describe("a pending secret", () => {
    const pendingContext = { ...context, server: "hydra.example", account: "hydra.example", attemptId: "a-1" };
    const since = "2026-02-03T04:05:06.000Z";

    test("is a file that says what to look for, beside the file of the secret in use", async () => {
      const sink = secretFile(directory);
      await sink.write({ ...credentials, clientSecret: "in-use" }, { ...pendingContext, attemptId: "a-0" });
      await sink.writePending({ credentials, since }, { ...pendingContext, operation: "rotate secret" });
      const { attemptId: _, ...facts } = pendingContext;
      expect(await read("acme-a-1.pending")).toEqual({ ...facts, operation: "rotate secret", ...credentials, since });
      expect((await read("acme-c1@hydra.example.json")).clientSecret).toBe("in-use");
      expect(await sink.pendingFiles()).toEqual([join(directory, "acme-a-1.pending")]);
    });

    test("names the client id where the library generated the credentials, and no secret where the vendor does", async () => {
      const sink = secretFile(directory);
      await sink.writePending({ credentials, since }, { vendor: "acme", operation: "create client", attemptId: "a-1" });
      expect(await read("acme-a-1.pending")).toMatchObject({ id: "c1", clientSecret: credentials.clientSecret });
      const { id: _, ...unnamed } = { ...context, account: "eu", attemptId: "a-2" };
      await sink.writePending({ since }, unnamed);
      expect(await read("acme-a-2.pending")).toEqual({
        vendor: "acme",
        operation: "create client",
        name: "worker",
        account: "eu",
        since,
      });
    });

    test("reserves the space of the secret's file, and releases it before that file is written", async () => {
      const sink = secretFile(directory);
      await sink.writePending({ since }, pendingContext);
      const path = join(directory, "acme-a-1.pending");
      const reserved = (await stat(path)).size;
      expect(reserved).toBeGreaterThan(4_096);
      const probe = await open(join(directory, "probe"), "w");
      await probe.close();
      const sizes: number[] = [];
      const sync = vi.spyOn(Object.getPrototypeOf(probe), "sync").mockImplementation(async () => {
        sizes.push((await stat(path)).size);
      });
      try {
        await sink.write(credentials, pendingContext);
      } finally {
        sync.mockRestore();
      }
      expect(sizes[0]).toBe(reserved - 4_096);
    });

    test("stays with its secret when the secret's file cannot be written", async () => {
      const sink = secretFile(directory);
      await sink.writePending({ credentials, since }, pendingContext);
      await mkdir(join(directory, "acme-c1@hydra.example.json"));
      await expect(sink.write(credentials, pendingContext)).rejects.toThrow();
      expect((await read("acme-a-1.pending")).clientSecret).toBe(credentials.clientSecret);
    });

    test("is removed when the secret is stored, when the call was not applied, and with its client", async () => {
      const sink = secretFile(directory);
      await sink.writePending({ credentials, since }, pendingContext);
      await sink.write(credentials, pendingContext);
      expect(await readdir(directory)).toEqual(["acme-c1@hydra.example.json"]);
      await sink.writePending({ credentials, since }, pendingContext);
      await sink.removePending(pendingContext);
      await sink.writePending({ credentials, since }, { ...pendingContext, attemptId: "a-3" });
      await sink.writePending({ credentials, since }, { ...pendingContext, attemptId: "a-4", id: "c2" });
      await writeFile(join(directory, "acme-damaged.pending"), "{");
      await sink.remove({ vendor: "acme", id: "c1", server: "hydra.example" });
      expect(await readdir(directory)).toEqual(["acme-a-4.pending", "acme-damaged.pending"]);
    });
  });

  test("finds the temporary files that interrupted writes have left", async () => {
    const stale = join(directory, ".00000000-0000-4000-8000-000000000000.tmp");
    await writeFile(stale, "hunter22hunter22");
    expect(await secretFile(directory).staleFiles()).toEqual([]);
    const earlier = new Date(Date.now() - 120_000);
    await utimes(stale, earlier, earlier);
    expect(await secretFile(directory).staleFiles()).toEqual([stale]);
  });

  test.each(["{", "null", "[]", '{"name":7}'])("stores a rotated secret although the file before it was %s", async (text) => {
    await writeFile(join(directory, "acme-c1.json"), text);
    await secretFile(directory).write(credentials, { vendor: "acme", operation: "rotate secret", id: "c1" });
    const content = await read("acme-c1.json");
    expect(content.clientSecret).toBe("hunter22hunter22");
    expect(content).not.toHaveProperty("name");
  });

  test.skipIf(process.platform === "win32")("replaces a link instead of writing through it", async () => {
    await writeFile(join(directory, "elsewhere"), "mine");
    await symlink(join(directory, "elsewhere"), join(directory, "acme-c1.json"));
    await secretFile(directory).write(credentials, context);
    expect(await readFile(join(directory, "elsewhere"), "utf8")).toBe("mine");
    expect((await read("acme-c1.json")).clientSecret).toBe("hunter22hunter22");
  });

  test.skipIf(process.platform === "win32")("does not write through an existing symbolic link", async () => {
    const id = "00000000-0000-4000-8000-000000000000" as const;
    await writeFile(join(directory, "elsewhere"), "mine");
    await symlink(join(directory, "elsewhere"), join(directory, `.${id}.tmp`));
    const guessed = vi.spyOn(crypto, "randomUUID").mockReturnValue(id);
    try {
      await expect(secretFile(directory).write(credentials, context)).rejects.toThrow(/EEXIST/);
    } finally {
      guessed.mockRestore();
    }
    expect(await readFile(join(directory, "elsewhere"), "utf8")).toBe("mine");
  });

  test("stores where it was told to, wherever the program goes meanwhile", async () => {
    const before = process.cwd();
    process.chdir(directory);
    try {
      await mkdir("here");
      const sink = secretFile("here");
      process.chdir(tmpdir());
      await sink.check?.(context);
      await sink.write(credentials, context);
    } finally {
      process.chdir(before);
    }
    expect((await read("here/acme-c1.json")).clientId).toBe("c1");
  });

  test.skipIf(process.platform === "win32")("brings the file and its name to the disk before it resolves", async () => {
    const probe = await open(join(directory, "probe"), "w");
    await probe.close();
    const synced: boolean[] = [];
    const sync = vi.spyOn(Object.getPrototypeOf(probe), "sync").mockImplementation(async function (this: FileHandle) {
      synced.push((await this.stat()).isDirectory());
    });
    try {
      await secretFile(directory).write(credentials, context);
    } finally {
      sync.mockRestore();
    }
    expect(synced).toEqual([false, true]);
  });

  test("has stored a secret although its directory cannot be brought to the disk", async () => {
    const probe = await open(join(directory, "probe"), "w");
    await probe.close();
    const sync = vi.spyOn(Object.getPrototypeOf(probe), "sync");
    sync.mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Error("EINVAL"));
    try {
      await secretFile(directory).write(credentials, context);
    } finally {
      sync.mockRestore();
    }
    expect((await read("acme-c1.json")).clientId).toBe("c1");
  });

  test.skipIf(process.platform === "win32")("writes for its owner alone, whatever the umask", async () => {
    const mask = process.umask(0);
    try {
      await secretFile(directory).write(credentials, context);
    } finally {
      process.umask(mask);
    }
    expect((await stat(join(directory, "acme-c1.json"))).mode & 0o777).toBe(0o600);
  });

  test("writes what a service needs, and replaces it on rotation", async () => {
    const sink = secretFile(directory);
    await sink.write(credentials, context);
    expect(await read("acme-c1.json")).toEqual({
      vendor: "acme",
      id: "c1",
      name: "worker",
      ...credentials,
      storedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    await sink.write({ clientId: "c1", clientSecret: "another-secret" }, { vendor: "acme", operation: "rotate secret" });
    expect(await readdir(directory)).toEqual(["acme-c1.json"]);
    expect(await read("acme-c1.json")).toMatchObject({ clientSecret: "another-secret", name: "worker" });
  });

  test("holds what a manager issued before the call resolves", async () => {
    const simulator = simulateOry();
    const ory = createOryManager({ adminUrl: simulator.urls.admin, fetch: simulator.fetch });
    const secretSink = secretFile(directory);
    const { client, credentials: issued } = await ory.create({ name: "worker" }, { secretSink });
    const name = `ory-${client.id}@${encodeURIComponent(new URL(simulator.urls.admin).host)}.json`;
    expect(await readdir(directory)).toEqual([name]);
    expect(await read(name)).toMatchObject({ ...issued, name: "worker", server: simulator.urls.admin });
    await ory.rotateSecret(client.id, { secretSink });
    expect((await read(name)).clientSecret).not.toBe(issued?.clientSecret);
    await secretSink.remove({ vendor: "ory", id: client.id, server: await ory.account() });
    expect(await readdir(directory)).toEqual([]);
    await rm(directory, { recursive: true });
    const before = simulator.requests.length;
    await expect(ory.create({ name: "other" }, { secretSink })).rejects.toThrow(SecretStorageError);
    expect(simulator.requests).toHaveLength(before);
  });
});
