import { ConfigurationError } from "oauth-clients";
import { createTfeManager, type TfeOptions, tfeOptionsFromEnv } from "oauth-clients/tfe";
import { describe, expect, test } from "vitest";
import { readOptions } from "../../src/tfe/options.js";

const good: TfeOptions = { token: "t0ken.atlasv1.canary", organization: "acme" };

function refusal(act: () => unknown): ConfigurationError {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("expected a ConfigurationError");
}

describe("createTfeManager rejects invalid options by name", () => {
  test.each<[string, Record<string, unknown>]>([
    ["token", { token: undefined }],
    ["token", { token: "" }],
    ["token", { token: "two words" }],
    ["token", { token: "line\nbreak" }],
    ["organization", { organization: undefined }],
    ["organization", { organization: "" }],
    ["organization", { organization: "acme/other" }],
    ["organization", { organization: "acme other" }],
    ["organization", { organization: ".." }],
    ["address", { address: "tfe.acme.test" }],
    ["address", { address: "http://tfe.acme.test" }],
    ["address", { address: "https://user:pass@tfe.acme.test" }],
    ["address", { address: "https://tfe.acme.test/?x=1" }],
    ["address", { address: "https://tfe.acme.test/#x" }],
    ["deleteUnderOrganization", { deleteUnderOrganization: "yes" }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["fetch", { fetch: "curl" }],
    ["apiKey", { apiKey: "x" }],
  ])("%s: %o", (path, fault) => {
    const error = refusal(() => createTfeManager({ ...good, ...fault } as TfeOptions));
    expect(error).toMatchObject({ code: "invalid_configuration", vendor: "tfe", operation: "createTfeManager" });
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(error.message).not.toContain("canary");
  });
});

describe("valid options", () => {
  test("use HCP Terraform by default", () => {
    expect(readOptions(good)).toEqual({ ...good, endpoint: "https://app.terraform.io/api/v2" });
  });

  test("may have a self-hosted address, without TLS on a loopback address only", () => {
    expect(readOptions({ ...good, address: "https://tfe.acme.test/api/v2/" }).endpoint).toBe("https://tfe.acme.test/api/v2");
    expect(readOptions({ ...good, address: "http://127.0.0.1:18080" }).endpoint).toBe("http://127.0.0.1:18080/api/v2");
  });
});

describe("tfeOptionsFromEnv rejects an invalid environment by the name of the variable", () => {
  const token = { TFE_TOKEN: "t0ken.atlasv1.canary" };
  test.each<[string, Record<string, string | undefined>]>([
    ["TFE_TOKEN", { TFE_ORGANIZATION: "acme" }],
    ["TFE_TOKEN", { TFE_ORGANIZATION: "acme", TFE_TOKEN: " " }],
    ["TFE_TOKEN", { TFE_ORGANIZATION: "acme", TF_TOKEN_tfe_acme_test: "canary" }],
    ["TFE_TOKEN", { TFE_ORGANIZATION: "acme", "TF_TOKEN_x@app_terraform_io": "canary" }],
    ["TFE_TOKEN", { TFE_ORGANIZATION: "acme", TF_TOKEN_app_terraform_io: "" }],
    ["TFE_ORGANIZATION", token],
    ["TFE_ORGANIZATION", { ...token, TFE_ORGANIZATION: "" }],
    ["TFE_HOSTNAME", { ...token, TFE_HOSTNAME: "https://tfe.acme.test" }],
    ["TFE_HOSTNAME", { ...token, TFE_HOSTNAME: "user@tfe.acme.test" }],
    ["TFE_HOSTNAME", { ...token, TFE_HOSTNAME: "tfe.acme.test", TFE_ADDRESS: "https://other.acme.test" }],
    ["TFE_HOSTNAME", { ...token, TFE_HOSTNAME: "tfe.acme.test:8443", TFE_ADDRESS: "https://tfe.acme.test" }],
  ])("%s: %o", (path, env) => {
    const error = refusal(() => tfeOptionsFromEnv(env));
    expect(error).toMatchObject({ vendor: "tfe", operation: "tfeOptionsFromEnv" });
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(error.message).toContain(path);
    expect(error.message).not.toContain("canary");
  });
});

describe("tfeOptionsFromEnv reads", () => {
  const env = { TFE_TOKEN: " one ", TFE_ORGANIZATION: "acme" };

  test.each<[string, Record<string, string>, Partial<TfeOptions>]>([
    ["the environment of HCP Terraform", {}, {}],
    ["a full address", { TFE_ADDRESS: "https://tfe.acme.test" }, { address: "https://tfe.acme.test" }],
    ["a host name", { TFE_HOSTNAME: "tfe.acme.test:8443" }, { address: "https://tfe.acme.test:8443" }],
    [
      "an address and a host name that are equal",
      { TFE_ADDRESS: "https://TFE.acme.test/api/v2", TFE_HOSTNAME: "tfe.acme.test:443" },
      { address: "https://TFE.acme.test/api/v2" },
    ],
    ["TFE_TOKEN before the token of the terraform command", { TF_TOKEN_app_terraform_io: "two" }, {}],
  ])("%s", (_, more, expected) => {
    const options = tfeOptionsFromEnv({ ...env, ...more });
    expect(options).toEqual({ token: "one", organization: "acme", ...expected });
    expect(() => createTfeManager(options)).not.toThrow();
  });

  test.each<[string, Record<string, string>]>([
    ["for HCP Terraform", { TF_TOKEN_app_terraform_io: "mine" }],
    ["for a host with a hyphen, which is encoded", { TFE_HOSTNAME: "tfe-one.acme.test", TF_TOKEN_tfe__one_acme_test: "mine" }],
    [
      "for a host with a hyphen, which is not encoded",
      { TFE_HOSTNAME: "tfe-one.acme.test", "TF_TOKEN_tfe-one_acme_test": "mine" },
    ],
    ["for a host with a port", { TFE_HOSTNAME: "localhost:18443", "TF_TOKEN_localhost:18443": "mine" }],
    ["for a host in its ASCII form", { TFE_HOSTNAME: "köln.test", TF_TOKEN_xn____kln__sna_test: "mine" }],
  ])("the token of the terraform command %s", (_, more) => {
    const others = { TF_TOKEN_other_test: "theirs", TF_TOKEN_: "none" };
    expect(tfeOptionsFromEnv({ TFE_ORGANIZATION: "acme", ...others, ...more }).token).toBe("mine");
  });
});
