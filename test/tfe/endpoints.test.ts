import { expect, test } from "vitest";
import { apiEndpoint, hostedAddresses, isHosted } from "../../src/tfe/endpoints.js";

test.each([
  [undefined, "https://app.terraform.io/api/v2"],
  ["https://tfe.acme.test", "https://tfe.acme.test/api/v2"],
  ["https://tfe.acme.test/", "https://tfe.acme.test/api/v2"],
  ["https://tfe.acme.test/api/v2", "https://tfe.acme.test/api/v2"],
  ["https://tfe.acme.test/api/v2/", "https://tfe.acme.test/api/v2"],
  ["https://proxy.acme.test/terraform//", "https://proxy.acme.test/terraform/api/v2"],
])("the API of %s is at %s", (address, endpoint) => {
  expect(apiEndpoint(address)).toBe(endpoint);
});

test.each(["github_enterprise", "gitlab_community_edition", "bitbucket_data_center", "ado_server", "toString", ""])(
  "the addresses of %s are not known",
  (provider) => {
    expect(isHosted(provider)).toBe(false);
  },
);

test("the addresses of the providers in the cloud are known", () => {
  for (const [provider, addresses] of Object.entries(hostedAddresses)) {
    expect(isHosted(provider)).toBe(true);
    for (const address of Object.values(addresses)) expect(new URL(address).protocol).toBe("https:");
  }
  expect(Object.keys(hostedAddresses).sort()).toEqual(["ado_services", "bitbucket_hosted", "github", "gitlab_hosted"]);
});
