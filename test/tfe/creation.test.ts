import {
  NetworkError,
  NotFoundError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
  ValidationError,
} from "oauth-clients";
import type { TfeClientInput } from "oauth-clients/tfe";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { answering, clientResource } from "./answers.js";

const id = "oc-7Qk2mZx9Lw4Tn8Rb";
const input: TfeClientInput = { serviceProvider: "github", name: "acme github", oauthTokenString: "vcs-token-canary" };

describe("an unknown outcome says that it cannot be settled, and what to look for", () => {
  test.each([
    ["no answer", new Error("cut"), NetworkError],
    ["a fault of the server", { status: 502 }, ServerError],
    ["a yes that is no JSON", { status: 201 }, UnexpectedResponseError],
    ["a yes without an id", { status: 201, json: { data: {} } }, UnexpectedResponseError],
  ])("%s", async (_, answer, type) => {
    const { manager, sent } = answering([answer]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ outcome: "unknown", vendor: "tfe", operation: "create client" });
    expect(sent).toHaveLength(1);
    const { message, stack } = error as Error;
    for (const mark of ["names are not unique", "acme", "github", "https://github.com", '"acme github"', "created since 20"])
      expect(message).toContain(mark);
    expect(stack).toContain(message);
    expect(message).not.toContain("canary");
  });

  test("a deadline", async () => {
    const { manager } = answering([{}], { fetch: () => new Promise(() => {}), timeoutMs: 30 });
    const error = await rejection(manager.create({ serviceProvider: "gitlab_hosted", oauthTokenString: "vcs-token-canary" }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(String(error)).toContain("gitlab_hosted at https://gitlab.com, without a name");
  });

  test("without repeating a secret that stands in the name", async () => {
    const { manager } = answering([{ status: 500 }]);
    const error = await rejection(manager.create({ ...input, name: "see vcs-token-canary" }));
    expect(String(error)).toContain('"see [secret]"');
  });
});

describe("a known outcome is told as it is", () => {
  test("a refusal", async () => {
    const { manager, sent } = answering([{ status: 404, json: { errors: [{ status: "404", title: "not found" }] } }]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect((error as Error).message).toBe('tfe refused "create client" (404): not found or not permitted');
    expect(sent).toHaveLength(1);
  });

  test("a fault of the input, for which nothing is sent", async () => {
    const { manager, sent } = answering([]);
    expect(await rejection(manager.create({ serviceProvider: "github" } as TfeClientInput))).toBeInstanceOf(ValidationError);
    expect(sent).toHaveLength(0);
  });

  test("the reason of the caller's signal", async () => {
    const reason = new Error("enough");
    const { manager } = answering([], { fetch: () => new Promise(() => {}) });
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    expect(await rejection(manager.create(input, { signal: controller.signal }))).toBe(reason);
  });
});

test("what the server repeats of a secret is struck out, of keys of many lines also single lines", async () => {
  const secret = "-----BEGIN RSA PRIVATE KEY-----\nMIIEcanary0line1\nMIIEcanary0line2\n-----END RSA PRIVATE KEY-----\n";
  const own = { httpUrl: "https://bb.acme.test", apiUrl: "https://bb.acme.test" };
  const detail = `cannot read ${secret.replaceAll("\n", "\r\n")} nor MIIEcanary0line2 for consumer-canary`;
  const { manager } = answering([
    { status: 422, json: { errors: [{ status: "422", title: "unprocessable entity", detail }] } },
  ]);
  const error = await rejection(
    manager.create({ serviceProvider: "bitbucket_data_center", ...own, key: "consumer-canary", secret }),
  );
  expect((error as Error).message).toContain("unprocessable entity: cannot read [secret]");
  expect((error as Error).message).not.toContain("canary");
});

test("an answer of which only the id can be read costs nobody the client", async () => {
  const { manager } = answering([{ status: 201, json: { data: { id, attributes: { name: 7 }, relationships: "?" } } }]);
  const { client } = await manager.create({ ...input, organizationScoped: false, projectIds: ["prj-1"] });
  expect(client).toEqual({
    vendor: "tfe",
    id,
    name: "acme github",
    organization: "acme",
    serviceProvider: "github",
    httpUrl: "https://github.com",
    apiUrl: "https://api.github.com",
    oauthTokenIds: [],
    organizationScoped: false,
    projectIds: ["prj-1"],
  });
});

test("a client is made by one request, in the form of JSON:API", async () => {
  const { manager, sent } = answering([{ status: 201, json: { data: clientResource(id) } }]);
  const created = await manager.create(input);
  expect(Object.keys(created)).toEqual(["client"]);
  expect(created.client).toMatchObject({ id, organization: "acme", oauthTokenId: "ot-3Hn5vBc8Xz1Kq6Wd" });
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    method: "POST",
    path: "/api/v2/organizations/acme/oauth-clients",
    json: {
      data: {
        type: "oauth-clients",
        attributes: {
          "service-provider": "github",
          "http-url": "https://github.com",
          "api-url": "https://api.github.com",
          name: "acme github",
          "oauth-token-string": "vcs-token-canary",
        },
      },
    },
  });
  expect(sent[0]?.headers.get("content-type")).toBe("application/vnd.api+json");
  expect(sent[0]?.headers.get("accept")).toBe("application/vnd.api+json");
});
