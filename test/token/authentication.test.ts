import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../src/core/errors.js";
import { clientSecretBasic, clientSecretPost } from "../../src/token/authentication.js";
import { requestToken } from "../../src/token/request.js";
import { encodings, everyView, record, rejection, sampleRequest } from "./recorder.js";

const context = { clientId: "client-1", tokenEndpoint: "https://auth.example/token" };
const invalidTexts: [string, unknown][] = [
  ["empty", ""],
  ["a line break at the end", "secret\n"],
  ["CR LF", "a\r\nb"],
  ["NUL", "a\0b"],
  ["DEL", "a\x7fb"],
  ["not ASCII", "sécret"],
  ["a lone surrogate", "a\ud800"],
  ["a number", 42],
  ["undefined", undefined],
];

async function basicPair(clientId: string, secret: string): Promise<string> {
  const { headers } = await clientSecretBasic(secret).authenticate({ ...context, clientId });
  return atob(headers!.authorization!.replace("Basic ", ""));
}

describe.each([
  ["clientSecretBasic", clientSecretBasic],
  ["clientSecretPost", clientSecretPost],
])("client secret: %s", (_, strategy) => {
  test.each(invalidTexts)("rule 23: an invalid client secret is rejected: %s", (_, secret) => {
    const make = () => strategy(secret as string);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow("clientSecret: ");
    if (typeof secret === "string" && secret !== "") expect(make).not.toThrow(secret);
  });

  test.each(invalidTexts)("rule 23: an invalid client id is rejected before a request is sent: %s", async (_, clientId) => {
    const { fetch, sent } = record();
    const request = sampleRequest({ clientAuthentication: strategy("secret"), clientId: clientId as string });
    const error = await rejection(requestToken(request, { fetch }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ issues: [{ path: "clientId" }] });
    expect(sent).toEqual([]);
  });

  test("a logged client authentication contains its method and omits its secret", () => {
    const view = everyView(strategy("canary-4711"));
    expect(view).toContain("client_secret_");
    for (const text of encodings("canary-4711")) expect(view).not.toContain(text);
  });

  test("a client authentication lists every secret that it sends", async () => {
    const { headers, parameters, secrets } = await strategy("s:ecret").authenticate(context);
    expect(secrets).toContain("s:ecret");
    for (const value of Object.values({ ...headers, ...parameters })) {
      if (value !== context.clientId) expect(secrets.some((one) => value.includes(one))).toBe(true);
    }
  });
});

describe("clientSecretBasic: options and encoding", () => {
  test("rule 22: clientSecretBasic without form encoding rejects a client id with a colon", async () => {
    const { fetch, sent } = record();
    const request = sampleRequest({
      clientId: "a:b",
      clientAuthentication: clientSecretBasic("secret", { formEncode: false }),
    });
    expect(await rejection(requestToken(request, { fetch }))).toMatchObject({ issues: [{ path: "clientId" }] });
    expect(sent).toEqual([]);
  });

  test.each([
    ["formEncode", { formEncode: "yes" }],
    ["encoding", { encoding: "raw" }],
  ])("rule 22: clientSecretBasic rejects the option %s of %o", (path, options) => {
    expect(() => clientSecretBasic("secret", options as object)).toThrow(`${path}: `);
  });

  test("rule 22: clientSecretBasic omits form encoding only with formEncode: false", async () => {
    const { headers } = await clientSecretBasic("p%q/:~", { formEncode: false }).authenticate(context);
    expect(atob(headers!.authorization!.slice(6))).toBe("client-1:p%q/:~");
    expect(await basicPair("client-1", "p%q/:~")).toBe("client-1:p%25q%2F%3A%7E");
  });

  test("rule 20: clientSecretBasic form-encodes id and secret, joins them and encodes them in padded Base64", async () => {
    const strategy = clientSecretBasic("z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=");
    expect((await strategy.authenticate({ ...context, clientId: "1PpG/Q 1" })).headers).toEqual({
      authorization:
        "Basic MVBwRyUyRlErMTp6JTJGdFo5VndGWnFBcG1JUSUyQlpIMUk1cExrJTJGdUI0dWQlM0FYMiUyRjhiTCUyQndmRlR0MXJGdyUzRA==",
    });
  });

  test("rule 21: a server that form-decodes the credentials receives the original id and secret", async () => {
    const text = fc.stringMatching(/^[\x20-\x7e]+$/);
    await fc.assert(
      fc.asyncProperty(text, text, async (clientId, secret) => {
        const decoded = (await basicPair(clientId, secret)).split(":").map((part) => new URLSearchParams(`v=${part}`).get("v"));
        expect(decoded).toEqual([clientId, secret]);
      }),
    );
  });

  test("rule 21: letters, digits and * - . _ are not encoded, for servers that do not form-decode", async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[A-Za-z0-9*\-._]+$/), async (secret) => {
        expect(await basicPair("id", secret)).toBe(`id:${secret}`);
      }),
    );
  });
});

describe("clientSecretPost: parameters", () => {
  test("rule 25: clientSecretPost sends id and secret in the body and adds no header", async () => {
    expect(await clientSecretPost("p%q &=").authenticate(context)).toEqual({
      parameters: { client_id: "client-1", client_secret: "p%q &=" },
      secrets: ["p%q &="],
    });
  });
});
