import { describe, expect, test, vi } from "vitest";
import { capabilityFaults, compilerFaults, deadLinks, optionFaults, runtimeFaults, unknownEnvironment } from "./docs.js";
import { entrySources, manifest } from "./entries.js";
import { between, blocksOf, examplesOf, programsOf, relativeLinks, tablesOf } from "./markdown.js";
import { vendorsOf } from "./rules.js";
import { readTree, root, type Tree } from "./tree.js";

const fence = "```";

// Compiling takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

describe("reading Markdown", () => {
  test("finds blocks with their language and line", () => {
    expect(blocksOf(`a\n\n${fence}ts run\nb\nc\n${fence}\n${fence}\nd\n${fence}`)).toEqual([
      { language: "ts run", text: "b\nc", line: 4 },
      { language: "", text: "d", line: 8 },
    ]);
  });

  test("joins a continued block to the one before, past blocks of other languages", () => {
    const text = `${fence}ts\na\n${fence}\n${fence}sh\nb\n${fence}\n${fence}ts continued\nc\n${fence}\n${fence}ts\nd\n${fence}`;
    expect(Object.entries(programsOf("x.md", text)).map(([place, { text }]) => [place, text])).toEqual([
      ["x.md:2", "a\nc"],
      ["x.md:11", "d"],
    ]);
  });

  test("finds tables", () => {
    expect(tablesOf("| a | b |\n|---|---|\n| `c` | d \\| e |\n\ntext")).toEqual([
      { columns: ["a", "b"], rows: [["`c`", "d \\| e"]] },
    ]);
    expect(between("<!-- a -->1<!-- /a --><!-- b -->2<!-- /b -->", "b")).toBe("2");
  });
});

describe("the rules notice", () => {
  test("code that does not compile", () => {
    const texts = {
      "a wrong type": "const a: string = 1;",
      "a wrong sentence": "const a = ;",
      "a name that is not exported": 'import { nothing } from "oauth-clients";',
      "an entry point that does not exist": 'import { a } from "oauth-clients/nowhere";',
      "nothing wrong": 'import { canImport } from "oauth-clients";\nconsole.log(canImport({ vendor: "a" }));',
    };
    const programs = Object.entries(texts).map(([place, text]) => [place, { language: "ts", text, line: 1 }]);
    const places = compilerFaults(Object.fromEntries(programs)).map((fault) => fault.split(":")[0]);
    expect([...new Set(places)].sort()).toEqual(Object.keys(texts).slice(0, 4).sort());
  });

  test("code that fails when it runs", async () => {
    const block = (text: string) => ({ language: "ts run", text, line: 1 });
    const faults = await runtimeFaults({
      "a:1": block('throw new Error("first");'),
      "b:1": block('import { canImport } from "oauth-clients";\nif (canImport.length !== 1) throw new Error("second");'),
      "c:1": block('if (!process.env.ORY_ADMIN_URL) throw new Error("third");'),
    });
    expect(faults).toEqual(["a:1: first"]);
  });

  test("a link that leads nowhere", () => {
    expect(deadLinks({ "docs/a.md": "[a](../package.json) [b](#c) [d](https://example.com) [e](gone.md#f)" })).toEqual([
      "docs/a.md -> gone.md",
    ]);
  });

  test("option tables that lack an option, invent one, or describe nothing", () => {
    const table = (name: string, rows: string[]) =>
      `<!-- options ${name} -->\n\n| option | meaning |\n|---|---|\n${rows.map((row) => `| \`${row}\` | x |`).join("\n")}\n\n<!-- /options ${name} -->`;
    const faults = (markdown: string, wanted: string[] = []) => optionFaults(markdown, wanted, [`${root}src/index.ts`]);
    expect(faults(table("CallOptions", ["signal", "timeoutMs"]))).toEqual([]);
    expect(faults(table("CallOptions", ["signal"]))).toEqual(["CallOptions.timeoutMs is not told"]);
    expect(faults(table("CallOptions", ["signal", "timeoutMs", "x"]))).toEqual(["CallOptions.x does not exist"]);
    expect(faults(table("AcmeOptions", ["signal"]))).toEqual(["AcmeOptions is not exported"]);
    expect(faults("", ["AcmeOptions"])).toEqual(["AcmeOptions has no table"]);
  });

  test("an environment variable that nothing reads", () => {
    const sources = { "examples/a.ts": "process.env.ACME_TOKEN" };
    expect(unknownEnvironment("`ACME_TOKEN` `ACME_TOKENS` JSON", sources)).toEqual(["ACME_TOKENS"]);
  });

  test("a table of capabilities that says too much, too little or something else", () => {
    const managers = { acme: { rotates: true }, zenith: { rotates: false } };
    const capabilities = [{ row: /rotate/i, has: (manager: { rotates: boolean }) => manager.rotates }];
    const faults = (...rows: string[]) =>
      capabilityFaults(["| | Acme | Zenith Cloud |", "|---|---|---|", ...rows].join("\n"), managers, capabilities);
    expect(faults("| rotate a secret | yes, at once | no |")).toEqual([]);
    expect(faults("| rotate a secret | ✓ | – |")).toEqual([]);
    expect(faults("| rotate a secret | yes | yes |")).toHaveLength(1);
    expect(faults("| rotate a secret | no | no |")).toHaveLength(1);
    expect(faults("| rotate a secret | yes | perhaps |")).toHaveLength(1);
    expect(faults("| rotate a secret | yes | no |", "| fly | yes | yes |")).toHaveLength(1);
    expect(faults("| read | yes | no |")).not.toHaveLength(0);
    expect(capabilityFaults("| | Acme |\n|---|---|\n| rotate | yes |", managers, capabilities)).toContain(
      "zenith has no column",
    );
    expect(capabilityFaults("no table", managers, capabilities)).toHaveLength(1);
    const third = "| | Acme | Zenith | Ghost |\n|---|---|---|---|\n| rotate | yes | no | yes |";
    expect(capabilityFaults(third, managers, capabilities)).toEqual(["the column ghost is no vendor"]);
  });
});

describe("the documents", () => {
  const pages = { ...readTree("docs", ".md"), ...readTree("openapi", ".md"), ...readTree("examples", ".md") };
  const documents: Tree = { ...pages, ...readTree(".", ".md", false) };
  const manual: Tree = { "README.md": documents["README.md"] ?? "", ...readTree("docs/guides", ".md") };
  const sources = readTree("src", ".ts");

  test("link to files that exist", () => {
    expect(Object.keys(documents)).toEqual(expect.arrayContaining(["README.md", "CONTRIBUTING.md", "SECURITY.md"]));
    expect(deadLinks(documents)).toEqual([]);
  });

  test("and the docstrings show code that compiles", () => {
    const programs = [
      ...Object.entries(documents).map(([file, text]) => programsOf(file, text)),
      ...Object.entries(sources).map(([file, text]) => examplesOf(file, text)),
    ];
    expect(compilerFaults(Object.assign({}, ...programs))).toEqual([]);
  });

  test("describe every option of every vendor's manager and of a token source, and none that does not exist", () => {
    const vendors = vendorsOf(sources).map((vendor) => `${vendor[0]?.toUpperCase()}${vendor.slice(1)}Options`);
    expect(vendors).not.toHaveLength(0);
    const entries = Object.values(entrySources(manifest.exports)).map((file) => root + file);
    const text = Object.values(manual).join("\n");
    expect(optionFaults(text, [...vendors, "TransportOptions", "TokenSourceOptions", "NodeFetchOptions"], entries)).toEqual([]);
  });

  test("have one table for each interface", () => {
    const names = Object.values(manual).flatMap((text) =>
      [...text.matchAll(/<!-- options (\w+) -->/g)].map(([, name]) => name),
    );
    expect(names).toEqual([...new Set(names)]);
  });

  test("list every guide", () => {
    const guides = Object.keys(manual).filter((file) => /^docs\/guides\/(?!README)/.test(file));
    const links = relativeLinks(manual["docs/guides/README.md"] ?? "").map((link) => `docs/guides/${link}`);
    expect(links.sort()).toEqual(guides.sort());
  });

  test("name only environment variables that a source reads", () => {
    const readers = { ...sources, ...readTree("examples", ".ts"), ...readTree("test/live", ".ts") };
    // Names of the reader's own program, and those of Node.
    const own = /^(VAULT_|TOKEN_STORE_KEY$|TOKEN_ENDPOINT$|API_ORIGIN$|GITHUB_PAT$|OLD_SECRET$|CLIENT_|REPORT_)/;
    const foreign = /^(HTTPS?_PROXY|NO_PROXY|NODE_\w+)$/;
    const texts = Object.entries(manual).filter(([file]) => !file.endsWith("secret-stores.md"));
    const unknown = texts.flatMap(([, text]) => unknownEnvironment(text, readers));
    expect(unknown.filter((name) => !own.test(name) && !foreign.test(name))).toEqual([]);
  });

  test("show code that runs where a block is marked `ts run`", async () => {
    const blocks = Object.entries(manual).flatMap(([file, text]) =>
      Object.entries(programsOf(file, text)).filter(([, { language }]) => /\brun\b/.test(language)),
    );
    expect(blocks.length).toBeGreaterThan(9);
    expect(await runtimeFaults(Object.fromEntries(blocks))).toEqual([]);
  });
});
