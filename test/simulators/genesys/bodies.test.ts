import { describe, expect, test } from "vitest";
import { open, problem, worker } from "./calls.js";

describe("the content of a write", () => {
  test.each([
    ["POST", "/oauth/clients"],
    ["PUT", "/oauth/clients/{id}"],
    ["POST", "/integrations/credentials"],
  ])("%s %s returns 400 for content that is not a JSON object, and 415 for another media type", async (method, path) => {
    const { call, create } = await open();
    const address = path.replace("{id}", (await create()).id);
    for (const body of ["{", "", [], "null", "1"]) {
      expect(await call(method, address, body)).toMatchObject({ status: 400, json: problem("bad.request") });
    }
    const typed = await call(method, address, worker, { "content-type": "text/plain" });
    expect(typed).toMatchObject({ status: 415, json: problem("unsupported.media.type") });
  });

  test("may have a charset in its media type", async () => {
    const { call } = await open();
    const response = await call("POST", "/oauth/clients", worker, { "content-type": "Application/JSON; charset=utf-8" });
    expect(response.status).toBe(200);
  });
});
