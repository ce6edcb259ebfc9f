import { describe, expect, test } from "vitest";
import { isLive, liveHosts } from "./hosts.js";

describe("the hosts that live tests may reach", () => {
  test("are none without the variables", () => {
    expect(isLive({ HOME: "/", ORY_ADMIN_URL: " " })).toBe(false);
    expect(liveHosts({ HOME: "/", ORY_ADMIN_URL: " ", ORY_PUBLIC_URL: "nonsense" })).toEqual([]);
  });

  test("are those of both addresses", () => {
    const environment = { ORY_ADMIN_URL: "https://admin.example:4445/x", ORY_PUBLIC_URL: "https://open.example" };
    expect(isLive(environment)).toBe(true);
    expect(liveHosts(environment)).toEqual(["admin.example", "open.example"]);
  });

  test("are a project's own", () => {
    expect(isLive({ ORY_PROJECT_API_KEY: "a" })).toBe(true);
    expect(liveHosts({ ORY_PROJECT_SLUG: "Quiet-Moon-a1" })).toEqual(["quiet-moon-a1.projects.oryapis.com"]);
  });
});
