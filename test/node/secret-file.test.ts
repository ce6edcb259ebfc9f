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

describe("secretFile: files and pending secrets", () => {
  test.each([undefined, null, "", 7, "a\0b"])("secretFile rejects the directory %j", (path) => {
    const make = () => secretFile(path as string);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow("secretFile: directory: expected the path of a directory");
    expect(make).toThrow(
      expect.objectContaining({ issues: [{ path: "directory", message: "expected the path of a directory" }] }),
    );
  });

  test("check rejects when the directory does not exist", async () => {
    await expect(secretFile(join(directory, "missing")).check?.(context)).rejects.toThrow(/ENOENT/);
  });

  test("check rejects when the path of the directory is a file", async () => {
    await writeFile(join(directory, "file"), "");
    await expect(secretFile(join(directory, "file")).check?.(context)).rejects.toThrow(/ENOTDIR|ENOENT/);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "check rejects when the directory is not writable",
    async () => {
      await chmod(directory, 0o500);
      await expect(secretFile(directory).check?.(context)).rejects.toThrow(/EACCES/);
      await chmod(directory, 0o700);
    },
  );

  test("check rejects when the path of the secret's file is a directory", async () => {
    await mkdir(join(directory, "acme-c1.json"));
    await expect(secretFile(directory).check(context)).rejects.toThrow(/EISDIR/);
    expect(await readdir(directory)).toEqual(["acme-c1.json"]);
  });

  test("check rejects when the path is too long", async () => {
    await expect(secretFile(join(directory, "d/".repeat(2_100))).check(context)).rejects.toThrow(/ENAMETOOLONG/);
  });

  test("check rejects when the disk has no space for the secret's file", async () => {
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

  test("check leaves no file in the directory", async () => {
    await secretFile(directory).check?.(context);
    expect(await readdir(directory)).toEqual([]);
  });

  test("a failed write leaves no part of the secret in the directory", async () => {
    // The path of the file is a directory, which a file cannot replace.
    await mkdir(join(directory, "acme-c1.json"));
    await expect(secretFile(directory).write(credentials, context)).rejects.toThrow();
    expect(await readdir(directory)).toEqual(["acme-c1.json"]);
  });

  test.each([
    ["../../etc/passwd", "acme-..%2F..%2Fetc%2Fpasswd.json"],
    ["a/b\\c", "acme-a%2Fb%5Cc.json"],
    ["..", "acme-...json"],
    ["EU.5f6a.7b", "acme-EU.5f6a.7b.json"],
    ["a*b*c", "acme-a%2Ab%2Ac.json"],
    // With the rest of the name these are 255 bytes, the limit of common file systems.
    ["i".repeat(245), `acme-${"i".repeat(245)}.json`],
  ])("write stores the id %s inside the directory", async (id, name) => {
    await secretFile(directory).write(credentials, { ...context, id });
    expect(await readdir(directory)).toEqual([name]);
  });

  test("write uses different files for clients of two servers with the same id", async () => {
    const sink = secretFile(directory);
    await sink.write(credentials, { ...context, server: "hydra.example:4445" });
    await sink.write({ ...credentials, clientSecret: "of the other server" }, { ...context, server: "hydra.example:5445" });
    expect(await readdir(directory)).toEqual(["acme-c1@hydra.example%3A4445.json", "acme-c1@hydra.example%3A5445.json"]);
    expect(await read("acme-c1@hydra.example%3A4445.json")).toMatchObject({ ...credentials, server: "hydra.example:4445" });
  });

  test("write leaves the scheme of the server out of the file name", async () => {
    const sink = secretFile(directory);
    for (const [id, server] of [
      ["c1", "https://hydra.example"],
      ["c2", "http://hydra.example"],
      ["c3", "hydra.example/https://"],
    ] as const)
      await sink.write(credentials, { ...context, id, server });
    expect((await readdir(directory)).sort()).toEqual([
      "acme-c1@hydra.example.json",
      "acme-c2@hydra.example.json",
      "acme-c3@hydra.example%2Fhttps%3A%2F%2F.json",
    ]);
  });

  test("write uses different hashes for one long id of two servers", async () => {
    const sink = secretFile(directory);
    const id = "i".repeat(246);
    for (const server of ["a.example", "b.example"]) await sink.write(credentials, { ...context, id, server });
    await sink.write(credentials, { ...context, id });
    expect(await readdir(directory)).toHaveLength(3);
  });

  test("write stores indented JSON that ends with a line break", async () => {
    await secretFile(directory).write(credentials, context);
    const text = await readFile(join(directory, "acme-c1.json"), "utf8");
    expect(text.startsWith('{\n  "vendor": "acme",\n')).toBe(true);
    expect(text.endsWith("}\n")).toBe(true);
  });

  test.each(["i".repeat(300), "ä".repeat(200), "/".repeat(90)])(
    "write uses a hash as the file name for the id %s, which is too long",
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

  test("remove deletes only the file of its client, and accepts a missing file", async () => {
    const sink = secretFile(directory);
    const long = "i".repeat(300);
    for (const id of ["c1", "c2", long]) await sink.write(credentials, { ...context, id });
    await sink.write(credentials, { ...context, server: "hydra.example" });
    for (const id of ["c1", "c1", long]) await sink.remove({ vendor: "acme", id });
    expect((await readdir(directory)).sort()).toEqual(["acme-c1@hydra.example.json", "acme-c2.json"]);
  });

  describe("secretFile: pending secrets", () => {
    const pendingContext = { ...context, server: "hydra.example", account: "hydra.example", attemptId: "a-1" };
    const since = "2026-02-03T04:05:06.000Z";

    test("writePending writes the context and the credentials to a separate file", async () => {
      const sink = secretFile(directory);
      await sink.write({ ...credentials, clientSecret: "in-use" }, { ...pendingContext, attemptId: "a-0" });
      await sink.writePending({ credentials, since }, { ...pendingContext, operation: "rotate secret" });
      const { attemptId: _, ...facts } = pendingContext;
      expect(await read("acme-a-1.pending")).toEqual({ ...facts, operation: "rotate secret", ...credentials, since });
      expect((await read("acme-c1@hydra.example.json")).clientSecret).toBe("in-use");
      expect(await sink.pendingFiles()).toEqual([join(directory, "acme-a-1.pending")]);
    });

    test("writePending writes generated credentials with their client id, and no secret when the vendor generates it", async () => {
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

    test("writePending reserves disk space, and write releases it before it writes the secret's file", async () => {
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

    test("write and removePending leave the pending files of other calls", async () => {
      const sink = secretFile(directory);
      const { attemptId: _, ...unnamed } = pendingContext;
      for (const about of [pendingContext, unnamed]) await sink.writePending({ credentials, since }, about);
      await sink.write(credentials, unnamed);
      await sink.removePending(pendingContext);
      expect((await readdir(directory)).sort()).toEqual(["acme-.pending", "acme-c1@hydra.example.json"]);
    });

    test("write stores the secret when the pending file cannot be removed", async () => {
      await mkdir(join(directory, "acme-a-1.pending"));
      await secretFile(directory).write(credentials, pendingContext);
      expect((await read("acme-c1@hydra.example.json")).clientSecret).toBe(credentials.clientSecret);
    });

    test("a pending file remains when the secret's file cannot be written", async () => {
      const sink = secretFile(directory);
      await sink.writePending({ credentials, since }, pendingContext);
      await mkdir(join(directory, "acme-c1@hydra.example.json"));
      await expect(sink.write(credentials, pendingContext)).rejects.toThrow();
      expect((await read("acme-a-1.pending")).clientSecret).toBe(credentials.clientSecret);
    });

    test("write, removePending and remove delete the pending file of the client", async () => {
      const sink = secretFile(directory);
      await sink.writePending({ credentials, since }, pendingContext);
      await sink.write(credentials, pendingContext);
      expect(await readdir(directory)).toEqual(["acme-c1@hydra.example.json"]);
      await sink.writePending({ credentials, since }, pendingContext);
      await sink.removePending(pendingContext);
      await sink.writePending({ credentials, since }, { ...pendingContext, attemptId: "a-3" });
      await sink.writePending({ credentials, since }, { ...pendingContext, attemptId: "a-4", id: "c2" });
      await sink.writePending({ credentials, since }, { ...pendingContext, attemptId: "a-5", vendor: "other" });
      await sink.writePending({ credentials, since }, { ...pendingContext, attemptId: "a-6", server: "b.example" });
      await writeFile(join(directory, "acme-damaged.pending"), "{");
      await sink.remove({ vendor: "acme", id: "c1", server: "hydra.example" });
      expect((await readdir(directory)).sort()).toEqual([
        "acme-a-4.pending",
        "acme-a-6.pending",
        "acme-damaged.pending",
        "other-a-5.pending",
      ]);
    });
  });

  test("staleFiles lists the temporary files of interrupted writes", async () => {
    const stale = join(directory, ".00000000-0000-4000-8000-000000000000.tmp");
    await writeFile(stale, "hunter22hunter22");
    expect(await secretFile(directory).staleFiles()).toEqual([]);
    const earlier = new Date(Date.now() - 120_000);
    await utimes(stale, earlier, earlier);
    expect(await secretFile(directory).staleFiles()).toEqual([stale]);
  });

  test.each(["{", "null", "[]", '{"name":7}'])(
    "write stores a rotated secret when the existing file contains %s",
    async (text) => {
      await writeFile(join(directory, "acme-c1.json"), text);
      await secretFile(directory).write(credentials, { vendor: "acme", operation: "rotate secret", id: "c1" });
      const content = await read("acme-c1.json");
      expect(content.clientSecret).toBe("hunter22hunter22");
      expect(content).not.toHaveProperty("name");
    },
  );

  test.skipIf(process.platform === "win32")("write replaces a symbolic link and does not follow it", async () => {
    await writeFile(join(directory, "elsewhere"), "mine");
    await symlink(join(directory, "elsewhere"), join(directory, "acme-c1.json"));
    await secretFile(directory).write(credentials, context);
    expect(await readFile(join(directory, "elsewhere"), "utf8")).toBe("mine");
    expect((await read("acme-c1.json")).clientSecret).toBe("hunter22hunter22");
  });

  test.skipIf(process.platform === "win32")(
    "write does not follow a symbolic link in place of its temporary file",
    async () => {
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
    },
  );

  test("secretFile resolves a relative directory once, also when the working directory changes", async () => {
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

  test.skipIf(process.platform === "win32")("write flushes the file and the directory to disk before it resolves", async () => {
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

  test.skipIf(process.platform === "win32")(
    "writes at once share the flushes of the directory, and each waits for one that began after its rename",
    async () => {
      const probe = await open(join(directory, "probe"), "w");
      await probe.close();
      const flushed = new Set<string>();
      let flushes = 0;
      const sync = vi.spyOn(Object.getPrototypeOf(probe), "sync").mockImplementation(async function (this: FileHandle) {
        if (!(await this.stat()).isDirectory()) return;
        flushes++;
        const names = await readdir(directory);
        await new Promise((resolve) => setTimeout(resolve, 5));
        for (const name of names) flushed.add(name);
      });
      const ids = Array.from({ length: 12 }, (_, index) => `c${index}`);
      try {
        const write = async (id: string) => {
          await secretFile(directory).write(credentials, { ...context, id });
          return flushed.has(`acme-${id}.json`);
        };
        expect(await Promise.all(ids.map(write))).toEqual(ids.map(() => true));
      } finally {
        sync.mockRestore();
      }
      expect(flushes).toBeLessThan(ids.length);
    },
  );

  test("write resolves when the directory cannot be flushed to disk", async () => {
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

  test.skipIf(process.platform === "win32")("write creates a file that only its owner can read, with any umask", async () => {
    const mask = process.umask(0);
    try {
      await secretFile(directory).write(credentials, context);
    } finally {
      process.umask(mask);
    }
    expect((await stat(join(directory, "acme-c1.json"))).mode & 0o777).toBe(0o600);
  });

  test("write stores the credentials with their context and replaces them after a rotation", async () => {
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

  test("a manager writes the credentials to the secret file before create and rotateSecret resolve", async () => {
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
