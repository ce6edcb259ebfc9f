import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClientAssertionOptions, clientAssertion } from "../../../src/token/auth/index.js";
import { requestToken } from "../../../src/token/request.js";
import { createTokenSource } from "../../../src/token/source.js";
import { everyView, record, rejection, sampleRequest } from "../recorder.js";

const now = () => Date.parse("2026-11-20T12:00:00Z");
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
/** A JWT with a signature that no test verifies. */
const jwt = (claims: object = { exp: now() / 1_000 + 60 }) => `${encode({ alg: "RS256" })}.${encode(claims)}.canary-signature`;
const request = (options: ClientAssertionOptions) =>
  sampleRequest({ clientAuthentication: clientAssertion({ now, ...options }) });

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oauth-clients-assertion-"));
  file = join(folder, "token");
});
afterEach(() => rm(folder, { recursive: true }));

describe("clientAssertion: validation of options", () => {
  test.each([
    ["read", {}],
    ["read", { file: "/a", read: () => "a" }],
    ["file", { file: "" }],
    ["file", { file: "a\0b" }],
    ["read", { read: "token" }],
    ["sendClientId", { file: "/a", sendClientId: 1 }],
    ["assertionType", { file: "/a", assertionType: "spiffe" }],
    ["now", { file: "/a", now: new Date() }],
    ["path", { file: "/a", path: "/a" }],
  ])("clientAssertion rejects the option %s of %o", (path, options) => {
    expect(() => clientAssertion(options as never)).toThrow(
      expect.objectContaining({ code: "invalid_configuration", issues: [expect.objectContaining({ path })] }),
    );
  });

  test("clientAssertion rejects missing options", () => {
    expect(() => clientAssertion(undefined as never)).toThrow("expected either file or read");
  });
});

describe("clientAssertion: invalid assertions", () => {
  test.each([
    ["an empty file", "  \n", "is empty"],
    ["a file without a JWT", "canary", "is not a signed JWT"],
    ["a JWT without claims", "a.b.c", "is not a signed JWT"],
    ["two JWTs", `${jwt()}\n${jwt()}`, "is not a signed JWT"],
    ["a binary file", "\0\u{fffd}\u0001canary", "is not a signed JWT"],
    ["a file that is too long", `${jwt()}${"a".repeat(65_536)}`, "is longer than 65536 characters"],
    ["an expired JWT", jwt({ exp: now() / 1_000 }), "has expired at 2026-11-20T12:00:00.000Z"],
  ])("the token request is rejected before it is sent, with the file name and the reason: %s", async (_, content, reason) => {
    await writeFile(file, content);
    const { fetch, sent } = record();
    const error = await rejection(requestToken(request({ file }), { fetch }));
    expect(error).toMatchObject({ code: "invalid_configuration", issues: [{ path: "file" }] });
    expect(String(error)).toContain(`${file} ${reason}`);
    expect(everyView(error)).not.toContain("canary");
    expect(sent).toEqual([]);
  });

  test("the token request is rejected when the assertion file is missing or unreadable", async () => {
    const { fetch, sent } = record();
    expect(String(await rejection(requestToken(request({ file }), { fetch })))).toContain(`${file} does not exist (ENOENT)`);
    const error = await rejection(requestToken(request({ file: folder }), { fetch }));
    expect(String(error)).toContain(`${folder} cannot be read (EISDIR)`);
    expect(sent).toEqual([]);
  });

  test.each([
    ["undefined", undefined, "expected a string"],
    ["an empty string", "", "is empty"],
    ["an expired JWT", jwt({ exp: 1 }), "has expired at 1970-01-01T00:00:01.000Z"],
  ])("the token request is rejected when the assertion function returns %s", async (_, value, reason) => {
    const { fetch, sent } = record();
    const error = await rejection(requestToken(request({ read: () => value as never }), { fetch }));
    expect(error).toMatchObject({ code: "invalid_configuration", issues: [{ path: "read" }] });
    expect(String(error)).toContain(reason);
    expect(sent).toEqual([]);
  });

  test.runIf(process.platform === "linux")("a device that never ends is not read completely", async () => {
    const error = await rejection(requestToken(request({ file: "/dev/zero" }), { fetch: record().fetch }));
    expect(String(error)).toContain("/dev/zero is longer than 65536 characters");
  });

  test.runIf(process.platform !== "win32")("a pipe is not opened, because that would wait for a writer", async () => {
    execFileSync("mkfifo", [file]);
    const error = await rejection(requestToken(request({ file }), { fetch: record().fetch, timeoutMs: 1_000 }));
    expect(error).toMatchObject({
      code: "invalid_configuration",
      issues: [{ path: "file", message: `${file} is a pipe, use read` }],
    });
  });

  test("an invalid assertion opens no circuit, and the next request reads the file again", async () => {
    const { fetch } = record();
    const source = createTokenSource(request({ file }), { fetch });
    await rejection(source.get());
    await writeFile(file, jwt());
    expect(await source.get()).toMatchObject({ value: "token-1" });
  });
});

describe("clientAssertion: requests", () => {
  const form = (body: string | undefined) => Object.fromEntries(new URLSearchParams(body));

  test("clientAssertion reads the file for each request, retries included, and removes white space", async () => {
    const assertions = [jwt({ jti: "1" }), jwt({ jti: "2" }), jwt({ jti: "3" })];
    await writeFile(file, `${assertions[0]}\n`);
    const { fetch, sent } = record(async (count) => {
      await writeFile(file, assertions[count] ?? "");
      return count === 1 ? new Response("", { status: 503 }) : Response.json({ access_token: "a", token_type: "Bearer" });
    });
    const source = createTokenSource(request({ file }), { fetch, retry: { maxRetries: 1, initialDelayMs: 0 } });
    await source.get();
    await source.get();
    expect(sent.map(({ body }) => form(body))).toEqual(
      assertions.map((assertion) => ({
        grant_type: "client_credentials",
        client_id: "client-1",
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: assertion,
      })),
    );
  });

  test("clientAssertion sends the result of a function, without client_id when sendClientId is false", async () => {
    const { fetch, sent } = record();
    await requestToken(request({ read: async () => jwt({}), sendClientId: false }), { fetch });
    expect(form(sent[0]?.body)).toMatchObject({ client_assertion: jwt({}) });
    expect(form(sent[0]?.body)).not.toHaveProperty("client_id");
    expect(sent[0]?.headers).not.toHaveProperty("authorization");
  });

  test("clientAssertion sends the assertion type jwt-spiffe", async () => {
    const { fetch, sent } = record();
    await requestToken(request({ read: () => jwt({}), assertionType: "jwt-spiffe" }), { fetch });
    expect(form(sent[0]?.body)).toMatchObject({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe",
    });
  });

  test("the error of an error response that repeats the assertion omits it", async () => {
    const { fetch } = record((_, { body }) =>
      Response.json({ error: "invalid_client", error_description: form(body).client_assertion }, { status: 401 }),
    );
    const error = await rejection(requestToken(request({ read: () => jwt() }), { fetch }));
    expect(error).toMatchObject({ error: "invalid_client" });
    expect(everyView(error)).not.toContain("canary-signature");
  });

  test("clientAssertion is identified by its file or by the function object", () => {
    const fingerprint = (options: ClientAssertionOptions) => clientAssertion(options).fingerprint?.((material) => material);
    expect(fingerprint({ file: "/a" })).not.toBe(fingerprint({ file: "/b" }));
    expect(fingerprint({ read: () => "a" })).toBeUndefined();
  });
});
