import { fork } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { ConfigurationError } from "oauth-clients";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseDotenv, writeDotenv } from "../../../src/provision/stores/dotenv.js";
import { StoreError } from "../../../src/provision/stores/errors.js";
import { type FileStoreOptions, fileStore } from "../../../src/provision/stores/file.js";
import { rejection, temporaryFolder } from "./folder.js";
import { canary, context, describeSecretStore, record } from "./subject.js";

const asRoot = process.getuid?.() === 0 || process.platform === "win32";

describe("fileStore", () => {
  test.each([
    [{}, "path"],
    [{ path: "" }, "path"],
    [{ path: "secrets/" }, "path"],
    [{ path: "a", format: "yaml" }, "format"],
    [{ path: "a", keys: { clientId: "a b" } }, "keys"],
    [{ path: "a", keys: { clientId: "" } }, "keys"],
    [{ path: "a", keys: { clientId: "A", clientSecret: "A" } }, "keys"],
  ])("refuses the options %j at once, and names the field", (options, field) => {
    const create = () => fileStore(options as FileStoreOptions);
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(`fileStore: ${field}: expected`);
  });

  test("is not ready where the directory does not exist", async () => {
    const folder = await temporaryFolder();
    const error = await rejection(Promise.resolve(fileStore({ path: folder.file("missing/a.env") }).check?.(context)));
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ operation: "check store", outcome: "not_applied" });
    expect(error.message).toMatch(/ENOENT.*Nothing was written\. Create the directory \(mode 0700\)\.$/);
  });

  test("is not ready where the path is a directory", async () => {
    const folder = await temporaryFolder();
    await mkdir(folder.file("a.env"));
    const error = await rejection(Promise.resolve(fileStore({ path: folder.file("a.env") }).check?.(context)));
    expect(error.message).toMatch(/EISDIR.*Use the path of a file\.$/);
  });

  test("is not ready where the name is too long", async () => {
    const folder = await temporaryFolder();
    const error = await rejection(Promise.resolve(fileStore({ path: folder.file("a".repeat(300)) }).check?.(context)));
    expect(error.message).toMatch(/ENAMETOOLONG.*Use a shorter path\.$/);
  });

  test.skipIf(asRoot)("is not ready where the directory is read-only", async () => {
    const folder = await temporaryFolder();
    await chmod(folder.path, 0o500);
    const error = await rejection(Promise.resolve(fileStore({ path: folder.file("a.env") }).check?.(context)));
    await chmod(folder.path, 0o700);
    expect(error.message).toMatch(/EACCES.*write permission on the directory\.$/);
  });

  test.each([
    ["a.env", "PORT=8080\nCLIENT_ID=x\n"],
    ["a.json", '{"PORT":8080}'],
  ])("is not ready where %s holds other settings, and names them without their values", async (name, text) => {
    const folder = await temporaryFolder();
    await writeFile(folder.file(name), text);
    const error = await rejection(Promise.resolve(fileStore({ path: folder.file(name) }).check?.(context)));
    expect(error.message).toContain("has other settings (PORT)");
    expect(error.message).not.toContain("8080");
    expect(await readFile(folder.file(name), "utf8")).toBe(text);
  });

  test.each([
    ["a.env", `CLIENT_SECRET: ${canary}`],
    ["a.env", `CLIENT_SECRET='${canary}`],
    ["a.json", `{"CLIENT_SECRET":"${canary}`],
    ["a.json.next", canary],
  ])("says that %s is not in its format, without the content", async (name, text) => {
    const folder = await temporaryFolder();
    await writeFile(folder.file(name), text);
    const store = fileStore({ path: folder.file(name.replace(".next", "")) });
    const error = await rejection(store.status());
    expect(error.message).toContain(`${name} is not in the format of this store`);
    expect(error.message).not.toContain("c4n4ry");
  });

  test("leaves nothing when it only checks", async () => {
    const folder = await temporaryFolder();
    const store = fileStore({ path: folder.file("a.env") });
    await store.check?.(context);
    expect(await folder.names()).toEqual([]);
    expect(await store.staleFiles()).toEqual([]);
  });

  test("finds the temporary files of interrupted writes, and no others", async () => {
    const folder = await temporaryFolder();
    const names = [
      ".00000000-0000-4000-8000-00000000000a.tmp",
      ".00000000-0000-4000-8000-00000000000b.tmp",
      "mine.tmp",
      ".tmp",
    ];
    for (const name of names) await writeFile(folder.file(name), canary);
    const earlier = new Date(Date.now() - 120_000);
    for (const name of [names[0]!, "mine.tmp", ".tmp"]) await utimes(folder.file(name), earlier, earlier);
    expect(await fileStore({ path: folder.file("a.env") }).staleFiles()).toEqual([folder.file(names[0]!)]);
  });

  test.skipIf(process.platform === "win32")("replaces a symbolic link and never writes through it", async () => {
    const folder = await temporaryFolder();
    await writeFile(folder.file("elsewhere"), "{}");
    await symlink(folder.file("elsewhere"), folder.file("a.json"));
    await fileStore({ path: folder.file("a.json") }).write(record().credentials, context);
    expect(await readFile(folder.file("elsewhere"), "utf8")).toBe("{}");
  });

  test.skipIf(process.platform === "win32")("writes for its owner only, whatever the umask", async () => {
    const folder = await temporaryFolder();
    const store = fileStore({ path: folder.file("a.env") });
    const mask = process.umask(0);
    try {
      await store.stage(record());
      await store.promote("attempt-1");
      await store.journal.write({}, undefined);
    } finally {
      process.umask(mask);
    }
    for (const name of ["a.env", "a.env.next", "a.env.journal"])
      expect((await stat(folder.file(name))).mode & 0o777).toBe(0o600);
  });

  test("uses the configured names, and stores nothing else for consumers", async () => {
    const folder = await temporaryFolder();
    const keys = { clientId: "id", clientSecret: "secret", tokenEndpointAuthMethod: "method" };
    const store = fileStore({ path: folder.file("a.json"), keys });
    await store.stage({ ...record(), credentials: { ...record().credentials, tokenEndpointAuthMethod: "client_secret_post" } });
    await store.promote("attempt-1");
    const { clientId, clientSecret } = record().credentials;
    const content = JSON.parse(await readFile(folder.file("a.json"), "utf8"));
    expect(content).toEqual({ id: clientId, secret: clientSecret, method: "client_secret_post" });
    expect((await store.read?.("current"))?.credentials.tokenEndpointAuthMethod).toBe("client_secret_post");
    await store.write(record().credentials, context);
    expect(JSON.parse(await readFile(folder.file("a.json"), "utf8")).method).toBe("client_secret_basic");
  });

  test("stores in the directory of the start, wherever the program goes", async () => {
    const folder = await temporaryFolder();
    const before = process.cwd();
    process.chdir(folder.path);
    const store = fileStore({ path: "a.env" });
    process.chdir(before);
    await store.write(record().credentials, context);
    expect(await folder.names()).toEqual(["a.env"]);
  });

  describe.each(["secret.json", "secret.env", ".env"])("as %s", (name) => {
    describeSecretStore(async () => {
      const folder = await temporaryFolder();
      const path = folder.file(name);
      return { store: fileStore({ path }), other: fileStore({ path }) };
    });
  });

  test("shows consumers a whole secret at every moment, also when the writer is killed", async () => {
    const folder = await temporaryFolder();
    const path = folder.file("a.env");
    const store = fileStore({ path });
    await store.stage(record());
    await store.promote("attempt-1");
    const file = fileURLToPath(new URL("rotator.ts", import.meta.url));
    for (let kill = 0; kill < 3; kill++) {
      const child = fork(file, [path], { execArgv: ["--import", "tsx"], stdio: ["ignore", "ignore", "inherit", "ipc"] });
      onTestFinished(() => void child.kill("SIGKILL"));
      const gone = once(child, "exit");
      await once(child, "message");
      const ends = performance.now() + 60 + 13 * kill;
      while (performance.now() < ends) {
        const { CLIENT_ID, CLIENT_SECRET } = parseEnv(await readFile(path, "utf8"));
        expect(CLIENT_SECRET).toBe(`secret of ${CLIENT_ID}`.repeat(200));
        await wait(1);
      }
      child.kill("SIGKILL");
      await gone;
      expect(await store.status()).toMatchObject({ current: {}, next: {} });
    }
  });
});

describe("the dotenv format", () => {
  test.each(["NAME", "=x", "1A=x", "A='x", "A='x'y'", 'A="x', 'A="\\q"', "A B=x"])("does not read the line %j", (line) => {
    expect(parseDotenv(line)).toBeUndefined();
  });

  test("reads comments, empty lines, exports and quotes", () => {
    const text = "# x\n\nexport A=1\r\nB='two words'\nC=\"line\\nline\"\nD=\nE=a=b\n";
    expect(parseDotenv(text)).toEqual({ A: "1", B: "two words", C: "line\nline", D: "", E: "a=b" });
  });

  test("writes values without quotes where every reader takes them so", () => {
    expect(writeDotenv({ ID: "a-b_c.d~e", SECRET: "aB3+/=:@%" })).toBe("ID=a-b_c.d~e\nSECRET=aB3+/=:@%\n");
  });

  test.each(["", "a b", "#x", "$HOME", "`id`", "\\n", 'say "hi"', "a#b", " edge ", "ä€"])(
    "writes %j so that node, and this library, read it back",
    (value) => {
      const text = writeDotenv({ A: value });
      expect(parseDotenv(text)).toEqual({ A: value });
      expect(parseEnv(text).A).toBe(value);
    },
  );

  test.each(["it's", "line\nline", "a\rb", `'"`])("reads %j back", (value) => {
    expect(parseDotenv(writeDotenv({ A: value }))).toEqual({ A: value });
    expect(writeDotenv({ A: value }).split("\n")).toHaveLength(2);
  });
});
