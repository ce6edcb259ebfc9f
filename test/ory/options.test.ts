import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../src/core/errors.js";
import { createOryManager } from "../../src/ory/manager.js";
import type { OryOptions } from "../../src/ory/options.js";
import { oryOptionsFromEnv } from "../../src/ory/options.js";
import { apiKey, json, managerWithResponses, project, rejection, setup } from "./setup.js";

const adminUrl = "https://hydra.test";

function refusal(options: unknown): ConfigurationError {
  try {
    createOryManager(options as OryOptions);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return error as ConfigurationError;
  }
  throw new Error("expected a refusal");
}

const paths = (options: unknown) => refusal(options).issues.map(({ path }) => path);

describe("createOryManager rejects options that cannot be combined", () => {
  test.each<[string, unknown, string[]]>([
    ["undefined", undefined, [""]],
    ["null", null, [""]],
    ["no options", {}, ["project"]],
    ["an API key alone", { apiKey }, ["project"]],
    ["a publicUrl alone", { publicUrl: adminUrl }, ["project"]],
    ["a project without an API key", { project }, ["apiKey"]],
    ["a project with an adminUrl", { project, apiKey, adminUrl }, ["adminUrl"]],
    ["a project with a publicUrl", { project, apiKey, publicUrl: adminUrl }, ["publicUrl"]],
    ["a project with headers", { project, apiKey, headers: { "x-a": "b" } }, ["headers"]],
    ["an API key with an authorization header", { adminUrl, apiKey, headers: { Authorization: "Bearer x" } }, ["apiKey"]],
    ["an unknown option", { project, apiKey, token: "x" }, ["token"]],
    ["an unknown credentialsFrom", { adminUrl, credentialsFrom: "me" }, ["credentialsFrom"]],
    ["allowUnknownValues as a string", { adminUrl, allowUnknownValues: "yes" }, ["allowUnknownValues"]],
    ["an invalid fetch", { adminUrl, fetch: "fetch" }, ["fetch"]],
    ["a timeout of 0", { adminUrl, timeoutMs: 0 }, ["timeoutMs"]],
    ["an unknown retry option", { adminUrl, retry: { retries: 1 } }, ["retry.retries"]],
  ])("%s", (_, options, expected) => expect(paths(options)).toEqual(expected));

  test("and names the option without its value", () => {
    const error = refusal({ project: "evil.com/", apiKey: "ory_wak_very-secret" });
    expect(error.message).toMatch(/^createOryManager: .*project.*apiKey/);
    expect(inspect(error) + JSON.stringify(error)).not.toMatch(/very-secret|evil/);
  });
});

describe("createOryManager rejects a slug that would change the host", () => {
  test.each([
    ...["evil.com/", "evil.com", "a.b", "a@b", "a:b", "a/b", "a\\b", "a?b", "a#b", "a b", " a", "a\n", "-a", "a-", ""],
    ...["%2e", "ä", "a".repeat(64), "..", "https://a"],
  ])("%j", (slug) => expect(paths({ project: slug, apiKey })).toEqual(["project"]));
});

describe("createOryManager rejects an invalid API key", () => {
  test.each(["ory_wak_abcdefghij", "", "a b", "a\n", "ä", 7])("%j", (key) => {
    expect(paths({ project, apiKey: key })).toEqual(["apiKey"]);
    expect(paths({ adminUrl, apiKey: key })).toEqual(["apiKey"]);
  });
});

describe("createOryManager rejects an invalid URL", () => {
  test.each([
    ...[
      "hydra.test",
      "/admin",
      "",
      "http://hydra.test",
      "http://10.0.0.1:4445",
      "http://2130706433",
      "http://localhost.evil.test",
    ],
    ...["ftp://hydra.test", "https://user:pass@hydra.test", "https://hydra.test#x", "https://hydra.test?token=x", "https://a?"],
  ])("%j", (url) => {
    expect(paths({ adminUrl: url })).toEqual(["adminUrl"]);
    expect(paths({ adminUrl, publicUrl: url })).toEqual(["publicUrl"]);
    expect(refusal({ adminUrl: url }).message).not.toContain("user:pass");
  });
});

describe("createOryManager rejects invalid headers", () => {
  test.each<[Record<string, unknown>, string]>([
    [{ "x a": "b" }, "headers.x a"],
    [{ "x-a": "b\r\nc: d" }, "headers.x-a"],
    [{ "x-a": 7 }, "headers.x-a"],
    [{ host: "evil.test" }, "headers.host"],
    [{ "content-type": "text/plain" }, "headers.content-type"],
  ])("%j", (headers, path) => expect(paths({ adminUrl, headers })).toEqual([path]));
});

describe("a manager with valid options", () => {
  const seen = async (options: Parameters<typeof managerWithResponses>[1]) => {
    const { manager, sent } = managerWithResponses(() => json({ client_id: "a" }), options);
    await manager.get("a");
    return sent[0]!;
  };

  test.each(["http://127.0.0.1:4445", "http://localhost:4445", "http://[::1]:4445", "https://hydra.test/"])(
    "uses the base URL %s",
    async (url) => {
      expect((await seen({ adminUrl: url })).url).toBe(`${url.replace(/\/$/, "")}/admin/clients/a`);
    },
  );

  test.each([
    "https://gw.test/hydra",
    "https://gw.test/hydra/",
    "https://gw.test/hydra/admin",
    "https://gw.test/hydra/admin//",
  ])("requests clients below %s", async (url) =>
    expect((await seen({ adminUrl: url })).url).toBe("https://gw.test/hydra/admin/clients/a"),
  );

  test("sends the API key as a bearer token", async () => {
    expect((await seen({ apiKey })).headers.get("authorization")).toBe(`Bearer ${apiKey}`);
  });

  test("sends no credential without an API key", async () => {
    expect((await seen({})).headers.get("authorization")).toBeNull();
  });

  test("sends additional headers to the admin API, and not to the public API", async () => {
    const { manager, sent } = managerWithResponses(
      ({ method }) => (method === "GET" ? json({ client_id: "a" }) : new Response()),
      {
        headers: { "x-gateway-key": "gate-secret", authorization: "Bearer abcdefgh" },
      },
    );
    await manager.get("a");
    await manager.revoke("token", { clientId: "a", clientSecret: "secret" });
    expect(sent[0]!.headers.get("x-gateway-key")).toBe("gate-secret");
    expect(sent[0]!.headers.get("authorization")).toBe("Bearer abcdefgh");
    expect(sent[1]!.headers.get("x-gateway-key")).toBeNull();
    expect(sent[1]!.headers.get("authorization")).toBe(`Basic ${btoa("a:secret")}`);
  });

  test("redacts additional headers in errors, with and without their scheme", async () => {
    const body = { error: "nope", error_description: "gate-secret and Bearer abcdefgh and abcdefgh are wrong" };
    const { manager } = managerWithResponses(() => json(body, 403), {
      headers: { "x-gateway-key": "gate-secret", authorization: "Bearer abcdefgh" },
    });
    const error = await rejection(manager.get("a"));
    expect(error.message).toContain("are wrong");
    expect(inspect(error)).not.toMatch(/gate-secret|abcdefgh/);
  });

  test("exposes none of its options when it is printed", () => {
    const { manager } = setup({}, { apiKey: "ory_pat_very-secret", headers: { "x-gateway-key": "gate-secret" } });
    expect(inspect(manager, { depth: 9, showHidden: true }) + JSON.stringify(manager)).not.toMatch(/very-secret|gate-secret/);
  });
});

describe("oryOptionsFromEnv rejects an environment", () => {
  const variable = (env: Record<string, string | undefined>) => {
    try {
      oryOptionsFromEnv(env);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      const { issues, message } = error as ConfigurationError;
      expect(message).toContain(issues[0]!.path);
      return issues.map(({ path }) => path);
    }
    throw new Error("expected a refusal");
  };

  test.each<[string, Record<string, string | undefined>, string]>([
    ["without variables", {}, "ORY_PROJECT_SLUG"],
    ["with empty variables", { ORY_PROJECT_SLUG: "", ORY_ADMIN_URL: " " }, "ORY_PROJECT_SLUG"],
    ["with an API key alone", { ORY_PROJECT_API_KEY: apiKey }, "ORY_PROJECT_SLUG"],
    ["with a public URL alone", { ORY_PUBLIC_URL: adminUrl }, "ORY_ADMIN_URL"],
    ["without an API key", { ORY_PROJECT_SLUG: project }, "ORY_PROJECT_API_KEY"],
    [
      "with a project and an admin URL",
      { ORY_PROJECT_SLUG: project, ORY_PROJECT_API_KEY: apiKey, ORY_ADMIN_URL: adminUrl },
      "ORY_PROJECT_SLUG",
    ],
    [
      "with a project and a public URL",
      { ORY_PROJECT_SLUG: project, ORY_PROJECT_API_KEY: apiKey, ORY_PUBLIC_URL: adminUrl },
      "ORY_PUBLIC_URL",
    ],
  ])("%s", (_, env, path) => expect(variable(env)).toEqual([path]));
});

describe("oryOptionsFromEnv returns", () => {
  test("the options of a project", () => {
    const env = { ORY_PROJECT_SLUG: ` ${project}\n`, ORY_PROJECT_API_KEY: apiKey, ORY_ADMIN_URL: "", HOME: "/root" };
    expect(oryOptionsFromEnv(env)).toEqual({ project, apiKey });
    expect(createOryManager(oryOptionsFromEnv(env)).vendor).toBe("ory");
  });

  test("the options of a server", () => {
    expect(oryOptionsFromEnv({ ORY_ADMIN_URL: adminUrl })).toEqual({ adminUrl });
    const publicUrl = "https://public.test";
    expect(oryOptionsFromEnv({ ORY_ADMIN_URL: adminUrl, ORY_PUBLIC_URL: publicUrl, ORY_PROJECT_API_KEY: apiKey })).toEqual({
      adminUrl,
      publicUrl,
      apiKey,
    });
  });

  test("only the variables of its argument, without changing it", () => {
    const env = Object.freeze({ ORY_ADMIN_URL: adminUrl });
    process.env.ORY_PUBLIC_URL = "https://public.test";
    try {
      expect(oryOptionsFromEnv(env)).toEqual({ adminUrl });
    } finally {
      delete process.env.ORY_PUBLIC_URL;
    }
  });
});
