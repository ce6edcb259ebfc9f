import { describe, expect, test } from "vitest";
import { createRecorder } from "../../../src/simulators/core/request-log.js";
import { createNotes, notesUrl } from "./notes.js";

describe("the request log", () => {
  const strange = "s3cr3t-Canary";

  test.each([
    ["an authorization header", { headers: { authorization: `Bearer ${strange}` } }],
    ["a key header", { headers: { "x-api-key": strange } }],
    ["a header that the vendor names", { headers: { "x-notes-key": strange } }],
    ["a JSON member", { body: JSON.stringify({ nested: [{ client_secret: strange }] }) }],
    ["a member that the vendor names", { body: JSON.stringify({ noteKey: strange }) }],
    ["a JSON Patch", { body: JSON.stringify([{ op: "replace", path: "/client_secret", value: strange }]) }],
    ["a private JWK", { body: JSON.stringify({ jwks: { keys: [{ kty: "EC", d: strange }] } }) }],
    ["a form parameter", { body: new URLSearchParams({ client_secret: strange, client_assertion: strange }) }],
    ["text of an unknown content type", { body: `client_secret=${strange}` }],
    ["a JSON string", { body: JSON.stringify(strange) }],
  ])("redacts the secret in %s", async (_case, init) => {
    const { fetch, requests } = createNotes();
    await fetch(`${notesUrl}/notes?token=${strange}`, { method: "POST", ...init });
    expect(requests).toHaveLength(1);
    expect(JSON.stringify(requests)).not.toContain(strange);
  });

  test("records the scheme, repeated parameters, numbers and names", () => {
    const { record } = createRecorder();
    const call = {
      method: "POST",
      url: new URL("https://notes.test/a?x=1&x=2&y=3"),
      parameters: {},
      headers: new Headers({ authorization: "Basic abc", accept: "*/*" }),
      bytes: new Uint8Array(),
      text: '{"name":"n","size":3}',
      baseUrls: {},
      origins: [],
    };
    expect(record(call, "op", 0)).toEqual({
      operationId: "op",
      method: "POST",
      origin: "https://notes.test",
      path: "/a",
      query: { x: ["1", "2"], y: "3" },
      headers: { authorization: "Basic [redacted]", accept: "*/*" },
      body: { name: "n", size: 3 },
      status: undefined,
      at: new Date(0),
    });
  });
});

test("with unknownHeaders, only the header fields of every request are recorded without redaction", () => {
  const { record } = createRecorder({ unknownHeaders: true });
  const headers = new Headers({ accept: "*/*", "content-type": "text/plain", "x-gateway-key": "invented-key", cookie: "a=b" });
  const call = {
    method: "GET",
    url: new URL("https://notes.test/"),
    parameters: {},
    headers,
    bytes: new Uint8Array(),
    text: "",
    baseUrls: {},
    origins: [],
  };
  expect(record(call, "op", 0).headers).toEqual({
    accept: "*/*",
    "content-type": "text/plain",
    cookie: "[redacted]",
    "x-gateway-key": "[redacted]",
  });
});
