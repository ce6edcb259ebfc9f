import { describe, expect, test } from "vitest";
import { referenceActions, requiredActions } from "../../../src/simulators/ovh/actions.js";
import { api, start } from "./calls.js";

describe("reference actions", () => {
  test("contain every action that an operation requires", () => {
    const names = referenceActions.map(({ action }) => action);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(Object.values(requiredActions)));
  });

  test("contain the resource type and known categories", () => {
    for (const { action, resourceType, categories } of referenceActions) {
      expect(action.split(":")[0]).toBe(resourceType);
      expect(["CREATE", "READ", "EDIT", "OPERATE", "DELETE"]).toEqual(expect.arrayContaining(categories ?? []));
    }
  });

  test("are listed in pages, and by resource type", async () => {
    const ovh = start({ pageSize: 5 });
    const path = "/v2/iam/reference/action";
    const seen: unknown[] = [];
    let cursor: string | null = null;
    do {
      const headers: Record<string, string> = {
        authorization: "Bearer root-token",
        ...(cursor && { "x-pagination-cursor": cursor }),
      };
      const page = await api(ovh, "GET", path, undefined, headers);
      seen.push(...(page.json as unknown as unknown[]));
      cursor = page.headers.get("x-pagination-cursor-next");
    } while (cursor !== null && seen.length < 100);
    expect(seen).toEqual(referenceActions);
    expect((await api(ovh, "GET", `${path}?resourceType=webHosting`)).json).toMatchObject([
      { action: "webHosting:apiovh:get" },
    ]);
  });
});
