import { describe, expect, test } from "vitest";
import { createGroups } from "../../../src/simulators/ovh/permission-groups.js";

const account = { region: "ca", name: "aa1-ovh" } as const;
const urn = "urn:v1:ca:permissionsGroup:aa1-ovh:readers";

describe("permissions groups", () => {
  test.each<[string, Parameters<typeof createGroups>[0][number]]>([
    ["permissionsGroups[0].urn", { urn: "readers" }],
    ["permissionsGroups[0].urn", { urn: urn.replace(":ca:", ":eu:") }],
    ["permissionsGroups[0].allow", { urn, allow: ["get"] }],
    ["permissionsGroups[0].deny", { urn, deny: [""] }],
  ])("%s is named in the error for an invalid value", (name, group) => {
    expect(() => createGroups([group], account)).toThrow(`simulateOvh: ${name}`);
  });

  test("are the vendor's and the configured ones", () => {
    const groups = createGroups([{ urn, allow: ["vps:*"], except: ["vps:apiovh:delete"] }], account);
    expect([...groups.values()].map(({ name }) => name)).toEqual([
      "globalAdmin",
      "globalReadWrite",
      "globalReadOnly",
      "controlPanelAccess",
      "readers",
    ]);
    expect([...groups].filter(([, { name }]) => name === "globalAdmin" || name === "readers")).toEqual([
      [
        "urn:v1:ca:permissionsGroup:ovh:globalAdmin",
        { name: "globalAdmin", owner: "ovh", permissions: { allow: [{ action: "*" }] } },
      ],
      [
        urn,
        {
          name: "readers",
          owner: "aa1-ovh",
          permissions: { allow: [{ action: "vps:*" }], except: [{ action: "vps:apiovh:delete" }] },
        },
      ],
    ]);
  });
});
