import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const file = `${root}test/package/compile-errors.virtual.ts`;

// Each line is a mistake, with what its compile error must say.
const mistakes = [
  ["createOryManager({});", "project and apiKey for Ory Network, or adminUrl for a Hydra"],
  ['createOryManager({ project: "x" });', "'apiKey' is missing"],
  ['createOryManager({ publicUrl: "https://x.test" });', "'adminUrl' is missing"],
  ["createOvhManager({});", "clientId and clientSecret, or accessToken, or applicationKey, applicationSecret and consumerKey"],
  ['createOvhManager({ region: "fr", accessToken: "x" });', "region: eu, ca or us; for another host set apiUrl"],
  ["createGenesysManager({});", "clientId and clientSecret, or accessToken"],
  [
    'createGenesysManager({ region: "frankfurt", accessToken: "x" });',
    "region: an AWS region or a domain of Genesys Cloud; for another host set apiUrl and loginUrl",
  ],
  [
    'ovh.create({ flow: "client_credentials", name: "x", description: "y", callbackUrls: ["https://x.test"] });',
    "callbackUrls require flow authorization_code: remove them, or change the flow",
  ],
  [
    'genesys.create({ grantType: "authorization_code", name: "x", scopes: ["users"], roles: [{ roleName: "employee" }] });',
    "roles: only client_credentials has roles; give scopes instead",
  ],
] as const;

const source = [
  'import { createGenesysManager, type GenesysManager } from "oauth-clients/genesys";',
  'import { createOryManager } from "oauth-clients/ory";',
  'import { createOvhManager, type OvhManager } from "oauth-clients/ovh";',
  "declare const genesys: GenesysManager;",
  "declare const ovh: OvhManager;",
  ...mistakes.map(([code]) => code),
].join("\n");

test("a compile error names the field and says what to do", () => {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root);
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ESNext) : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], { ...options, noEmit: true }, host);
  const virtual = program.getSourceFile(file);
  const found = program.getSemanticDiagnostics(virtual).map(({ start = 0, messageText }) => ({
    line: virtual?.getLineAndCharacterOfPosition(start).line ?? 0,
    text: ts.flattenDiagnosticMessageText(messageText, "\n"),
  }));
  for (const [index, [code, text]] of mistakes.entries())
    expect(found.find(({ line }) => line === index + 5)?.text, code).toContain(text);
  expect(found).toHaveLength(mistakes.length);
}, 60_000);
