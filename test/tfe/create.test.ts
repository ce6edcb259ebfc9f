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
import { clientResource, withResponses } from "./responses.js";

const id = "oc-7Qk2mZx9Lw4Tn8Rb";
const input: TfeClientInput = { serviceProvider: "github", name: "acme github", oauthTokenString: "vcs-token-canary" };

describe("an error of create with an unknown outcome describes the client to look for", () => {
  test.each([
    ["no response", new Error("cut"), NetworkError],
    ["a server error", { status: 502 }, ServerError],
    ["a 2xx response without JSON", { status: 201 }, UnexpectedResponseError],
    ["a 2xx response without an id", { status: 201, json: { data: {} } }, UnexpectedResponseError],
  ])("a create with %s has an unknown outcome and describes the client", async (_, response, type) => {
    const { manager, sent } = withResponses([response]);
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

  test("after an exceeded deadline", async () => {
    const { manager } = withResponses([{}], { fetch: () => new Promise(() => {}), timeoutMs: 30 });
    const error = await rejection(manager.create({ serviceProvider: "gitlab_hosted", oauthTokenString: "vcs-token-canary" }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(String(error)).toContain("gitlab_hosted at https://gitlab.com, without a name");
  });

  test("without a secret that is part of its name", async () => {
    const { manager } = withResponses([{ status: 500 }]);
    const error = await rejection(manager.create({ ...input, name: "see vcs-token-canary" }));
    expect(String(error)).toContain('"see [secret]"');
  });
});

describe("an error of create with a known outcome", () => {
  test("has the outcome not_applied and names the organization after an error response", async () => {
    const { manager, sent } = withResponses([{ status: 404, json: { errors: [{ status: "404", title: "not found" }] } }]);
    const error = await rejection(manager.create(input));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ outcome: "not_applied" });
    expect((error as Error).message).toBe(
      "tfe create client: not found or not permitted [organization acme] (404). The change was not applied.",
    );
    expect(sent).toHaveLength(1);
  });

  test("is a ValidationError before any request", async () => {
    const { manager, sent } = withResponses([]);
    expect(await rejection(manager.create({ serviceProvider: "github" } as TfeClientInput))).toBeInstanceOf(ValidationError);
    expect(sent).toHaveLength(0);
  });

  test("describes the client to look for after an abort of a sent request", async () => {
    const reason = new Error("enough");
    const { manager } = withResponses([], { fetch: () => new Promise(() => {}) });
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    const error = await rejection(manager.create(input, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "aborted", outcome: "unknown", cause: reason });
    expect(String(error)).toContain("look in list() of organization");
  });
});

test("an error redacts a secret of the input that the response repeats, also line by line", async () => {
  const secret = "-----BEGIN RSA PRIVATE KEY-----\nMIIEcanary0line1\nMIIEcanary0line2\n-----END RSA PRIVATE KEY-----\n";
  const own = { httpUrl: "https://bb.acme.test", apiUrl: "https://bb.acme.test" };
  const detail = `cannot read ${secret.replaceAll("\n", "\r\n")} nor MIIEcanary0line2 for consumer-canary`;
  const { manager } = withResponses([
    { status: 422, json: { errors: [{ status: "422", title: "unprocessable entity", detail }] } },
  ]);
  const error = await rejection(
    manager.create({ serviceProvider: "bitbucket_data_center", ...own, key: "consumer-canary", secret }),
  );
  expect((error as Error).message).toContain("unprocessable entity: cannot read [secret]");
  expect((error as Error).message).not.toContain("canary");
});

test("create returns the client with its id when other members of the response are invalid", async () => {
  const { manager } = withResponses([{ status: 201, json: { data: { id, attributes: { name: 7 }, relationships: "?" } } }]);
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

test("create sends one request with a JSON:API document", async () => {
  const { manager, sent } = withResponses([{ status: 201, json: { data: clientResource(id) } }]);
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
