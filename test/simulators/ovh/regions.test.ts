import { describe, expect, test } from "vitest";
import { regions } from "../../../src/simulators/ovh/regions.js";
import { type OvhRegion, simulateOvh } from "../../../src/simulators/ovh/simulator.js";

describe("regions", () => {
  test.each<[OvhRegion, string, string]>([
    ["eu", "https://eu.api.ovh.com", "https://www.ovh.com/auth/oauth2/token"],
    ["ca", "https://ca.api.ovh.com", "https://ca.ovh.com/auth/oauth2/token"],
    ["us", "https://api.us.ovhcloud.com", "https://us.ovhcloud.com/auth/oauth2/token"],
  ])("%s has the API at %s and the token endpoint at %s", (region, api, token) => {
    expect(regions[region]).toEqual({ api, token, prefix: region.toUpperCase() });
    expect(simulateOvh({ region }).urls).toEqual({ api, token });
  });
});
