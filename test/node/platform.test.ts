import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { hasLoadedResponse, loadBuiltin } from "../../src/node/platform.js";
import { root } from "../package/tree.js";

const run = promisify(execFile);

describe("loadBuiltin", () => {
  test.each([
    ["no process", {}],
    ["a process that cannot load", { process: {} }],
    ["no such module", { process: { getBuiltinModule: () => undefined } }],
  ])("says what a runtime with %s lacks", (_, host) => {
    expect(() => loadBuiltin("node:http", host)).toThrow(
      expect.objectContaining({
        code: "invalid_configuration",
        message: expect.stringContaining("no node:http, which oauth-clients/node needs"),
      }),
    );
  });

  test("loads a module of Node", () => {
    expect(loadBuiltin("node:zlib").createGunzip).toBeTypeOf("function");
  });
});

describe("hasLoadedResponse", () => {
  const [before, after] = [["NativeModule fs"], ["NativeModule fs", "NativeModule internal/deps/undici/undici"]];

  test.each([
    ["a Node that has not", { versions: { node: "24.0.0" }, moduleLoadList: before }, false],
    ["a Node that has", { versions: { node: "24.0.0" }, moduleLoadList: after }, true],
    ["a Node that does not say", { versions: { node: "99.0.0" } }, true],
    ["Bun", { versions: { node: "24.0.0", bun: "1.0.0" }, moduleLoadList: before }, true],
    ["Deno", { versions: { node: "24.0.0", deno: "2.0.0" }, moduleLoadList: before }, true],
    ["a runtime without a process", undefined, true],
  ])("reads it of %s", (_, process, loaded) => {
    expect(hasLoadedResponse(process ? { process } : {})).toBe(loaded);
  });

  test("sees it here as soon as it is named", () => {
    void globalThis.Response;
    expect(hasLoadedResponse()).toBe(true);
  });
});

// In a process of its own, where nothing else has loaded the platform's fetch.
describe("a process that only uses nodeFetch", { timeout: 60_000 }, () => {
  test("responds, and gets a token, without loading the platform's fetch, and with it when that is requested", async () => {
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
        const lean = await fetch(url, { method: "POST", body: "a", headers: { accept: "application/json" } });
        const text = await lean.text();
        const clientAuthentication = clientSecretBasic("secret");
        const token = await createTokenSource({ tokenEndpoint: url, clientId: "a", clientAuthentication }, { fetch }).get();
        const after = loaded();
        const full = new Response("a");
        const again = await fetch(url);
        await again.text();
        console.log(JSON.stringify([before, text, token.value, after, lean instanceof Response, again instanceof Response]));
        fetch.close();
        server.close();
      });`;
    const { stdout } = await run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], { cwd: root });
    const [before, text, token, after, leanIsOne, againIsOne] = JSON.parse(stdout);
    // tsx itself may load the class; what counts is that nodeFetch does not.
    expect({ text, token, after, leanIsOne, againIsOne }).toEqual({
      text: '{"access_token":"a","token_type":"Bearer"}',
      token: "a",
      after: before,
      leanIsOne: before,
      againIsOne: true,
    });
  });
});
