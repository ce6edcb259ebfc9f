import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { hasLoadedResponse, loadBuiltin } from "../../src/node/platform.js";
import { root } from "../package/tree.js";

const run = promisify(execFile);

describe("loadBuiltin: modules of the runtime", () => {
  test.each([
    ["no process", {}],
    ["a process that cannot load", { process: {} }],
    ["no module of that name", { process: { getBuiltinModule: () => undefined } }],
  ])("loadBuiltin reports the missing module in a runtime with %s", (_, host) => {
    expect(() => loadBuiltin("node:http", host)).toThrow(
      expect.objectContaining({
        code: "invalid_configuration",
        message: expect.stringContaining("no node:http, which oauth-clients/node needs"),
      }),
    );
  });

  test("loadBuiltin returns a module of Node", () => {
    expect(loadBuiltin("node:zlib").createGunzip).toBeTypeOf("function");
  });
});

describe("hasLoadedResponse: detection of the platform's fetch", () => {
  const [before, after] = [["NativeModule fs"], ["NativeModule fs", "NativeModule internal/deps/undici/undici"]];

  test.each([
    ["a Node that has not loaded it", { versions: { node: "24.0.0" }, moduleLoadList: before }, false],
    ["a Node that has loaded it", { versions: { node: "24.0.0" }, moduleLoadList: after }, true],
    ["a Node without a module list", { versions: { node: "99.0.0" } }, true],
    ["Bun", { versions: { node: "24.0.0", bun: "1.0.0" }, moduleLoadList: before }, true],
    ["Deno", { versions: { node: "24.0.0", deno: "2.0.0" }, moduleLoadList: before }, true],
    ["a runtime without a process", undefined, true],
  ])("hasLoadedResponse returns the state of %s", (_, process, loaded) => {
    expect(hasLoadedResponse(process ? { process } : {})).toBe(loaded);
  });

  test("hasLoadedResponse returns true after the first use of Response", () => {
    void globalThis.Response;
    expect(hasLoadedResponse()).toBe(true);
  });
});

// The test runs in a separate process, in which no other code has loaded the platform's fetch.
describe("nodeFetch: in a separate process", { timeout: 60_000 }, () => {
  test("nodeFetch sends requests without loading the platform's fetch, and returns a Response after the platform's fetch is loaded", async () => {
    const program = `
      import { createServer } from "node:http";
      import { nodeFetch } from ${JSON.stringify(`${root}src/node/index.ts`)};
      import { clientSecretBasic, createTokenSource } from ${JSON.stringify(`${root}src/token/index.ts`)};
      const loaded = () => process.moduleLoadList.includes("NativeModule internal/deps/undici/undici");
      const server = createServer((_, response) => {
        response.setHeader("content-type", "application/json");
        response.end('{"access_token":"a","token_type":"Bearer"}');
      }).listen(0, "127.0.0.1", async () => {
        const before = loaded();
        const fetch = nodeFetch();
        const url = "http://127.0.0.1:" + server.address().port;
        const lazy = await fetch(url, { method: "POST", body: "a", headers: { accept: "application/json" } });
        const text = await lazy.text();
        const clientAuthentication = clientSecretBasic("secret");
        const token = await createTokenSource({ tokenEndpoint: url, clientId: "a", clientAuthentication }, { fetch }).get();
        const after = loaded();
        const full = new Response("a");
        const second = await fetch(url);
        await second.text();
        console.log(JSON.stringify([before, text, token.value, after, lazy instanceof Response, second instanceof Response]));
        fetch.close();
        server.close();
      });`;
    const { stdout } = await run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], { cwd: root });
    const [before, text, token, after, lazyIsResponse, secondIsResponse] = JSON.parse(stdout);
    // tsx itself may load the class. The test proves only that nodeFetch does not.
    expect({ text, token, after, lazyIsResponse, secondIsResponse }).toEqual({
      text: '{"access_token":"a","token_type":"Bearer"}',
      token: "a",
      after: before,
      lazyIsResponse: before,
      secondIsResponse: true,
    });
  });
});
