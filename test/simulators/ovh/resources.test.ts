import { describe, expect, test } from "vitest";
import { describeResource, hostingDocument } from "../../../src/simulators/ovh/resources.js";
import { accountUrn, hosting, hostingUrn, account as name } from "./calls.js";

const account = { region: "eu", name } as const;

describe("describeResource", () => {
  test.each(["urn:v1:eu:resource:webHosting:*", "urn:v1:eu:resource:webHosting:other.test", "urn:v1:eu:resource:vps:x"])(
    "returns nothing for %s",
    (urn) => {
      expect(describeResource(urn, account, [hosting])).toEqual({});
    },
  );

  test("returns the account and its web hosting plans", () => {
    expect(describeResource(accountUrn, account, [])).toMatchObject({ resource: { name, type: "account", owner: name } });
    expect(describeResource(hostingUrn, account, [hosting])).toMatchObject({ resource: { name: hosting, type: "webHosting" } });
  });
});

describe("a web hosting plan", () => {
  test("is described by its own name", () => {
    expect(hostingDocument(hosting)).toMatchObject({ serviceName: hosting, cluster: "cluster001", state: "active" });
    expect(hostingDocument("plain")).toMatchObject({ serviceName: "plain", primaryLogin: "plain" });
  });
});
