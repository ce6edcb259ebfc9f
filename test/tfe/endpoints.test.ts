import { expect, test } from "vitest";
import { apiEndpoint, hostedAddresses, isHosted } from "../../src/tfe/endpoints.js";

test.each([
  [undefined, "https://app.terraform.io/api/v2"],
  ["https://tfe.acme.test", "https://tfe.acme.test/api/v2"],
  ["https://tfe.acme.test/", "https://tfe.acme.test/api/v2"],
  ["https://tfe.acme.test/api/v2", "https://tfe.acme.test/api/v2"],
  ["https://tfe.acme.test/api/v2/", "https://tfe.acme.test/api/v2"],
  ["https://proxy.acme.test/terraform//", "https://proxy.acme.test/terraform/api/v2"],
  [" HTTPS://TFE.acme.test/terraform \n", "https://tfe.acme.test/terraform/api/v2"],
])("apiEndpoint returns for the address %s the URL %s", (address, endpoint) => {
  expect(apiEndpoint(address)).toBe(endpoint);
});

test.each(["github_enterprise", "gitlab_community_edition", "bitbucket_data_center", "ado_server", "toString", ""])(
  "the URLs of %s are unknown",
  (provider) => {
    expect(isHosted(provider)).toBe(false);
  },
);

test.each([
  ["github", "https://github.com", "https://api.github.com"],
  ["gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4"],
  ["bitbucket_hosted", "https://bitbucket.org", "https://api.bitbucket.org/2.0"],
  ["ado_services", "https://dev.azure.com", "https://app.vssps.visualstudio.com"],
] as const)("the URLs of %s are %s and %s", (provider, httpUrl, apiUrl) => {
  expect(isHosted(provider)).toBe(true);
  expect(hostedAddresses[provider]).toEqual({ httpUrl, apiUrl });
});

test("the URLs of other service providers are unknown", () => {
  expect(Object.keys(hostedAddresses).sort()).toEqual(["ado_services", "bitbucket_hosted", "github", "gitlab_hosted"]);
});
