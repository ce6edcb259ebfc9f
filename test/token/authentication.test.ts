import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../src/core/errors.js";
import { clientSecretBasic, clientSecretPost } from "../../src/token/authentication.js";
import { requestToken } from "../../src/token/request.js";
import { encodings, everyView, record, rejection, sampleRequest } from "./recorder.js";

const context = { clientId: "client-1", tokenEndpoint: "https://auth.example/token" };
const unfit: [string, unknown][] = [
  ["empty", ""],
  ["a line break at the end", "secret\n"],
  ["CR LF", "a\r\nb"],
  ["NUL", "a\0b"],
  ["DEL", "a\x7fb"],
  ["beyond ASCII", "sécret"],
  ["a lone surrogate", "a\ud800"],
  ["no string", 42],
  ["nothing", undefined],
];

async function basicPair(clientId: string, secret: string): Promise<string> {
  const { headers } = await clientSecretBasic(secret).authenticate({ ...context, clientId });
  return atob(headers!.authorization!.replace("Basic ", ""));
}

describe.each([
  ["clientSecretBasic", clientSecretBasic],
  ["clientSecretPost", clientSecretPost],
])("%s", (_, strategy) => {
  test.each(unfit)("rule 23: refuses a secret that is %s", (_, secret) => {
    const make = () => strategy(secret as string);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow("clientSecret: ");
    if (typeof secret === "string" && secret !== "") expect(make).not.toThrow(secret);
  });

  test.each(unfit)("rule 23: a client id that is %s is refused before anything is sent", async (_, clientId) => {
    const { fetch, sent } = record();
    const request = sampleRequest({ clientAuthentication: strategy("secret"), clientId: clientId as string });
    const error = await rejection(requestToken(request, { fetch }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ issues: [{ path: "clientId" }] });
    expect(sent).toEqual([]);
  });

  test("shows its method and not its secret", () => {
    const view = everyView(strategy("canary-4711"));
    expect(view).toContain("client_secret_");
    for (const spelling of encodings("canary-4711")) expect(view).not.toContain(spelling);
  });

  test("names every secret that it sends", async () => {
    const { headers, parameters, secrets } = await strategy("s:ecret").authenticate(context);
    expect(secrets).toContain("s:ecret");
    for (const value of Object.values({ ...headers, ...parameters })) {
      if (value !== context.clientId) expect(secrets.some((one) => value.includes(one))).toBe(true);
    }
  });
});

describe("clientSecretBasic", () => {
  test("rule 22: without form-encoding, refuses a client id with a colon", async () => {
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
  ])("rule 22: refuses its option %s of %o", (path, options) => {
    expect(() => clientSecretBasic("secret", options as object)).toThrow(`${path}: `);
  });

  test("rule 22: form-encoding can be left out, and is not by default", async () => {
    const { headers } = await clientSecretBasic("p%q/:~", { formEncode: false }).authenticate(context);
    expect(atob(headers!.authorization!.slice(6))).toBe("client-1:p%q/:~");
    expect(await basicPair("client-1", "p%q/:~")).toBe("client-1:p%25q%2F%3A%7E");
  });

  test("rule 20: encodes id and secret each, joins them and makes padded Base64", async () => {
    const strategy = clientSecretBasic("z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=");
    expect((await strategy.authenticate({ ...context, clientId: "1PpG/Q 1" })).headers).toEqual({
      authorization:
        "Basic MVBwRyUyRlErMTp6JTJGdFo5VndGWnFBcG1JUSUyQlpIMUk1cExrJTJGdUI0dWQlM0FYMiUyRjhiTCUyQndmRlR0MXJGdyUzRA==",
    });
  });

  test("rule 21: a server that decodes gets back what was given", async () => {
    const text = fc.stringMatching(/^[\x20-\x7e]+$/);
    await fc.assert(
      fc.asyncProperty(text, text, async (clientId, secret) => {
        const decoded = (await basicPair(clientId, secret)).split(":").map((part) => new URLSearchParams(`v=${part}`).get("v"));
        expect(decoded).toEqual([clientId, secret]);
      }),
    );
  });

  test("rule 21: letters, digits and * - . _ come out unchanged, for servers that do not decode", async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[A-Za-z0-9*\-._]+$/), async (secret) => {
        expect(await basicPair("id", secret)).toBe(`id:${secret}`);
      }),
    );
  });
});

describe("clientSecretPost", () => {
  test("rule 25: puts both in the body and nothing in the headers", async () => {
    expect(await clientSecretPost("p%q &=").authenticate(context)).toEqual({
      parameters: { client_id: "client-1", client_secret: "p%q &=" },
      secrets: ["p%q &="],
    });
  });
});
