import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { admin, create, read } from "./calls.js";

describe("routes", () => {
  test("2.3: tells people of unknown routes, and has none to an id with a slash or without /admin", async () => {
    const ory = simulateOry({ version: "2.3" });
    await create(ory, { client_id: "a/b" });
    for (const path of ["/admin/nowhere", "/admin/clients/a%2Fb", "/clients"]) {
      const { status, headers } = await admin(ory, "GET", path);
      expect([status, headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
    }
    expect(await read(ory.fetch(`${ory.urls.public}/admin/clients`))).toMatchObject({
      status: 404,
      text: "404 page not found\n",
    });
    for (const url of [`${ory.urls.public}/oauth2/token`, `${ory.urls.admin}/admin/oauth2/introspect`]) {
      expect(await read(ory.fetch(url))).toMatchObject({ status: 405, text: "Method Not Allowed\n" });
    }
  });

  test("are refused in JSON by newer versions, which find an id with a slash", async () => {
    const ory = simulateOry();
    await create(ory, { client_id: "a/b" });
    expect(await admin(ory, "GET", "/admin/nowhere")).toMatchObject({ status: 404, json: { error: { code: 404 } } });
    expect(await admin(ory, "POST", "/admin/clients/x", {})).toMatchObject({ status: 405, json: { error: { code: 405 } } });
    expect(await admin(ory, "GET", "/clients/a%2Fb")).toMatchObject({ status: 200, json: { client_id: "a/b" } });
  });
});
