import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { admin, create, type Json, linksOf, malformed, type ParsedResponse } from "./calls.js";

describe("listing clients", () => {
  const filled = async (count: number, ory = simulateOry()) => {
    for (let index = 0; index < count; index += 1)
      await create(ory, { client_id: `c${String(index).padStart(4, "0")}`, owner: index % 2 ? "odd" : "even" });
    return ory;
  };
  const idsOf = ({ text }: ParsedResponse) => (JSON.parse(text) as Json[]).map(({ client_id }) => client_id);

  test.each(["page_size=many", "page_size=1.5", "page_token=x"])("rejects %s", async (query) => {
    expect(await admin(simulateOry(), "GET", `/admin/clients?${query}`)).toMatchObject({ status: 400, json: malformed });
  });

  test("rejects a page token after one hour", async () => {
    const ory = await filled(3);
    const { next = "" } = linksOf(await admin(ory, "GET", "/admin/clients?page_size=2"));
    expect((await admin(ory, "GET", next)).status).toBe(200);
    ory.advanceTime(3_600_000);
    expect((await admin(ory, "GET", next)).status).toBe(400);
  });

  test("returns only the link first for an empty list", async () => {
    const response = await admin(simulateOry(), "GET", "/admin/clients");
    expect(response.text).toBe("[]");
    expect(Object.keys(linksOf(response))).toEqual(["first"]);
  });

  test("returns 100 clients by default and 500 at most", async () => {
    const ory = await filled(501);
    const size = async (query: string) => idsOf(await admin(ory, "GET", `/admin/clients${query}`)).length;
    expect([await size(""), await size("?page_size=0"), await size("?page_size=-3"), await size("?page_size=1000")]).toEqual([
      100, 100, 100, 500,
    ]);
  });

  test("links all pages with relative URLs, in order, with the filters", async () => {
    const ory = await filled(7);
    let path: string | undefined = "/admin/clients?page_size=2&owner=even";
    const seen: unknown[] = [];
    const links: string[] = [];
    while (path) {
      const response: ParsedResponse = await admin(ory, "GET", path);
      seen.push(...idsOf(response));
      path = linksOf(response).next;
      if (path) links.push(path);
    }
    expect(seen).toEqual(["c0000", "c0002", "c0004", "c0006"]);
    expect(links).toHaveLength(1);
    expect(links[0]).toMatch(/^\/admin\/clients\?owner=even&page_size=2&page_token=[\w%-]+%3D$/);
  });

  test("continues at the same position when clients are deleted and created between pages", async () => {
    const ory = await filled(4);
    const { next = "" } = linksOf(await admin(ory, "GET", "/admin/clients?page_size=2"));
    await admin(ory, "DELETE", "/admin/clients/c0001");
    await create(ory, { client_id: "c0000a" });
    expect(idsOf(await admin(ory, "GET", next))).toEqual(["c0002", "c0003"]);
  });

  test("filters by the exact name", async () => {
    const ory = simulateOry();
    await create(ory, { client_name: "billing" });
    await create(ory, { client_name: "billing worker" });
    expect(JSON.parse((await admin(ory, "GET", "/admin/clients?client_name=billing")).text)).toMatchObject([
      { client_name: "billing" },
    ]);
  });
});
