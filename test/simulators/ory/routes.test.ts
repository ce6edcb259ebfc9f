import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { admin, create, read } from "./calls.js";

const accept = { accept: "application/json" };

describe("requests without an operation up to 2.3", () => {
  const ory = simulateOry({ version: "2.3" });
  const send = (method: string, url: string) => read(ory.fetch(url, { method, redirect: "manual" }));

  test("an unknown path gets an HTML page on the admin port, JSON for a client that accepts it, and text on the public port", async () => {
    await create(ory, { client_id: "a/b" });
    for (const path of ["/admin/unknown", "/admin/clients/a%2Fb"]) {
      const page = await admin(ory, "GET", path);
      expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
      expect(await admin(ory, "GET", path, undefined, accept)).toMatchObject({ status: 404, json: { error: { code: 404 } } });
    }
    expect(await send("GET", `${ory.urls.public}/admin/clients`)).toMatchObject({ status: 404, text: "404 page not found\n" });
  });

  test("a path without /admin is redirected to a URL without a host", async () => {
    const { status, headers } = await send("GET", `${ory.urls.admin}/clients?page_size=1`);
    expect([status, headers.get("location")]).toEqual([307, "http:///admin/clients?page_size=1"]);
    await expect(ory.fetch(`${ory.urls.admin}/clients`)).rejects.toThrow(TypeError);
  });

  test("a final slash and a double slash are redirected", async () => {
    for (const path of ["/admin/clients/", "/admin//clients"]) {
      const { status, headers } = await send("GET", ory.urls.admin + path);
      expect([status, headers.get("location")]).toEqual([301, "/admin/clients"]);
    }
    const { status, headers } = await send("POST", `${ory.urls.public}/oauth2/token/`);
    expect([status, headers.get("location")]).toEqual([307, "/oauth2/token"]);
  });

  test("another method gets 405 with the allowed methods, OPTIONS 200", async () => {
    const url = `${ory.urls.admin}/admin/oauth2/introspect`;
    const refused = await send("GET", url);
    expect([refused.status, refused.text, refused.headers.get("allow")]).toEqual([
      405,
      "Method Not Allowed\n",
      "OPTIONS, POST",
    ]);
    expect((await send("HEAD", `${ory.urls.admin}/admin/clients`)).status).toBe(405);
    expect((await send("OPTIONS", url)).status).toBe(200);
  });
});

describe.each(["25.4", "26.2", "master"] as const)("requests without an operation in %s", (version) => {
  const ory = simulateOry({ version });
  const isJson = version === "master";

  test("an unknown path and another method get text on the admin port, and JSON in newer versions", async () => {
    const missing = await admin(ory, "GET", "/admin/unknown");
    expect([missing.status, missing.text === "404 page not found\n"]).toEqual([404, !isJson]);
    const refused = await admin(ory, "POST", "/admin/clients/x", {});
    const expected = isJson ? [404, null] : [405, "DELETE, GET, HEAD, PATCH, PUT"];
    expect([refused.status, refused.headers.get("allow")]).toEqual(expected);
  });

  test("another method gets 404 with JSON on the public port", async () => {
    expect(await read(ory.fetch(`${ory.urls.public}/oauth2/token`))).toMatchObject({
      status: 404,
      json: { error: { code: 404 } },
    });
  });

  test("HEAD, a final slash and an encoded slash in an id work", async () => {
    await create(ory, { client_id: "a/b" });
    const head = await ory.fetch(`${ory.urls.admin}/admin/clients`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(await admin(ory, "GET", "/clients/a%2Fb/")).toMatchObject({ status: 200, json: { client_id: "a/b" } });
  });
});
