import { apply } from "oauth-clients/provision";
import { afterAll, describe, expect, test, vi } from "vitest";
import { VersionConflictError } from "../../src/provision/errors.js";
import { guardedFetch, readOnly, withGuard } from "../../src/provision/guard.js";
import { setup } from "./worlds.js";

// The command contains a copy of the package, and a configuration in TypeScript imports another one.
describe("two copies of the package in one process", () => {
  afterAll(() => vi.resetModules());

  test("share the guard that permits only reads while a plan is made", async () => {
    vi.resetModules();
    const other = await import("../../src/provision/guard.js");
    expect(other.guardedFetch).not.toBe(guardedFetch);
    const send = other.guardedFetch(async () => new Response());
    await expect(withGuard(readOnly, () => send("https://a.test/clients", { method: "DELETE" }))).rejects.toThrow(
      "DELETE /clients is not permitted while a plan is made",
    );
  });

  test("recognize each other's version conflicts, and continue with the document of the faster run", async () => {
    vi.resetModules();
    const other = await import("../../src/provision/errors.js");
    expect(new other.VersionConflictError("")).not.toBeInstanceOf(VersionConflictError);
    let conflicts = 0;
    const { report } = await setup("ory", (operation, moment) => {
      if (operation === "write journal" && moment === "before" && conflicts++ === 0)
        throw new other.VersionConflictError("another version is stored");
    });
    expect(await apply(await report())).toMatchObject({ ok: true, clients: [{ status: "done" }] });
    expect(conflicts).toBeGreaterThan(1);
  });
});
