// Each recipe of the guide, with programs on PATH that record what they get.
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter } from "node:path";
import ts from "typescript";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { SecretSink } from "../../../src/core/secret-sink.js";
import { execSink } from "../../../src/provision/stores/exec.js";
import { blocksOf } from "../../package/markdown.js";
import { root } from "../../package/tree.js";
import { temporaryFolder } from "./folder.js";
import { context, record } from "./subject.js";

const guide = readFileSync(`${root}/docs/guides/secret-stores.md`, "utf8");

/** The sinks of a block, by the names of their constants. */
function sinksOf(code: string): Record<string, SecretSink> {
  const { outputText } = ts.transpileModule(code.replace(/^import .*$/gm, ""), {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  const names = [...outputText.matchAll(/^const (\w+) =/gm)].map(([, name]) => name);
  return new Function("execSink", `"use strict"; ${outputText}; return { ${names.join(", ")} };`)(execSink);
}

const recipes = blocksOf(guide)
  .filter(({ language }) => language === "ts recipe")
  .flatMap(({ text }) => Object.entries(sinksOf(text)));

afterEach(() => vi.unstubAllEnvs());

async function fakePrograms() {
  const folder = await temporaryFolder();
  await mkdir(folder.file("bin"));
  const program = `#!${process.execPath}
    const stdin = require("fs").readFileSync(0, "utf8");
    const entry = { argv: process.argv.slice(1), stdin, env: process.env };
    require("fs").writeFileSync(${JSON.stringify(folder.path)} + "/call-" + process.hrtime.bigint() + ".json", JSON.stringify(entry));`;
  for (const name of ["kubectl", "gh", "gcloud", "az", "sops", "doppler", "op"])
    await writeFile(folder.file(`bin/${name}`), program, { mode: 0o700 });
  vi.stubEnv("PATH", `${folder.file("bin")}${delimiter}${process.env.PATH}`);
  return async () => {
    const names = (await readdir(folder.path)).filter((name) => name.startsWith("call-")).sort();
    return Promise.all(names.map(async (name) => JSON.parse(await readFile(folder.file(name), "utf8"))));
  };
}

describe.skipIf(process.platform === "win32")("the recipes of the guide", () => {
  test("cover the products that the guide names", () => {
    expect(recipes.map(([name]) => name)).toEqual([
      ...["kubernetes", "github", "githubValue", "google", "azure", "sops", "doppler", "onePassword"],
    ]);
  });

  test.each(recipes)("%s passes the secret on stdin only", async (_, sink) => {
    const calls = await fakePrograms();
    vi.stubEnv("VENDOR_SECRET", "c4n4ry-of-the-vendor");
    await sink.check?.(context);
    for (const { stdin } of await calls()) expect(stdin).toBe("");
    const { credentials } = record();
    await sink.write(credentials, { ...context, id: "client-1" });
    const { argv, stdin, env } = (await calls()).at(-1);
    expect(
      stdin.includes(credentials.clientSecret) || stdin.includes(JSON.stringify(credentials.clientSecret).slice(1, -1)),
    ).toBe(true);
    expect(JSON.stringify([argv, env])).not.toContain("c4n4ry");
  });
});
