import { describe, expect, test } from "vitest";
import {
  readAddresses,
  readClient,
  readOAuthToken,
  readSecrets,
  writeChanges,
  writeCreation,
  writeProjects,
} from "../../src/tfe/convert.js";
import { clientWire, tokenWire } from "../../src/tfe/wire.js";
import { clientResource, tokenResource } from "./responses.js";

const id = "oc-7Qk2mZx9Lw4Tn8Rb";
const read = (resource: unknown) => readClient(clientWire.parse({ data: resource }).data);

describe("writeCreation", () => {
  test("writes the given fields, and the URLs of a hosted provider", () => {
    expect(writeCreation({ serviceProvider: "github", oauthTokenString: "ghp_x" })).toEqual({
      data: {
        type: "oauth-clients",
        attributes: {
          "service-provider": "github",
          "http-url": "https://github.com",
          "api-url": "https://api.github.com",
          "oauth-token-string": "ghp_x",
        },
      },
    });
  });

  test("writes the given URLs, also for a hosted provider", () => {
    const addresses = { httpUrl: "https://acme.ghe.com", apiUrl: "https://api.acme.ghe.com" };
    expect(readAddresses({ serviceProvider: "github", oauthTokenString: "ghp_x", ...addresses })).toEqual(addresses);
  });

  test("writes projects and the agent pool as relationships", () => {
    const { data } = writeCreation({
      serviceProvider: "gitlab_enterprise_edition",
      httpUrl: "https://gitlab.acme.test",
      apiUrl: "https://gitlab.acme.test/api/v4",
      oauthTokenString: "glpat-x",
      organizationScoped: false,
      projectIds: ["prj-1", "prj-2"],
      agentPoolId: "apool-1",
    });
    expect(data.attributes["organization-scoped"]).toBe(false);
    expect(data.relationships).toEqual({
      projects: {
        data: [
          { id: "prj-1", type: "projects" },
          { id: "prj-2", type: "projects" },
        ],
      },
      "agent-pool": { data: { id: "apool-1", type: "agent-pools" } },
    });
  });

  test("writes every kind of key", () => {
    const bitbucket = writeCreation({
      serviceProvider: "bitbucket_data_center",
      httpUrl: "https://bb.acme.test/ctx",
      apiUrl: "https://bb.acme.test",
      name: "bb",
      key: "consumer",
      secret: "PEM",
      rsaPublicKey: "PUBLIC",
    });
    expect(bitbucket.data.attributes).toMatchObject({ name: "bb", key: "consumer", secret: "PEM", "rsa-public-key": "PUBLIC" });
    expect(bitbucket.data.attributes).not.toHaveProperty("oauth-token-string");
    const server = writeCreation({
      serviceProvider: "ado_server",
      httpUrl: "https://ado.acme.test",
      apiUrl: "https://ado.acme.test",
      oauthTokenString: "pat",
      privateKey: "SSH",
    });
    expect(server.data.attributes["private-key"]).toBe("SSH");
    const services = writeCreation({
      serviceProvider: "ado_services",
      oauthTokenString: "pat",
      adoOrganizationName: "acme",
      adoEntraTenantId: "tenant",
    });
    expect(services.data.attributes).toMatchObject({ "ado-org-name": "acme", "ado-entra-tenant-id": "tenant" });
  });
});

describe("writeChanges", () => {
  test("omits missing and undefined fields", () => {
    expect(writeChanges(id, { name: undefined as never })).toEqual({ data: { id, type: "oauth-clients", attributes: {} } });
  });

  test("writes null, false and empty lists", () => {
    expect(
      writeChanges(id, { name: null, secret: null, organizationScoped: false, projectIds: [], agentPoolId: null }),
    ).toEqual({
      data: {
        id,
        type: "oauth-clients",
        attributes: { name: null, secret: null, "organization-scoped": false },
        relationships: { projects: { data: [] }, "agent-pool": { data: null } },
      },
    });
  });
});

test("writeProjects writes resource identifiers", () => {
  expect(writeProjects(["prj-1"])).toEqual({ data: [{ id: "prj-1", type: "projects" }] });
});

describe("readClient", () => {
  test("reads null and empty strings as missing", () => {
    const bare = {
      id,
      attributes: { "service-provider": "github", name: null, key: "", "http-url": null, "created-at": "never" },
    };
    expect(read(bare)).toEqual({
      vendor: "tfe",
      id,
      name: "",
      serviceProvider: "github",
      oauthTokenIds: [],
      organizationScoped: true,
      projectIds: [],
    });
  });

  test("returns the id of the first OAuth token", () => {
    expect(read(clientResource(id)).oauthTokenId).toBe("ot-3Hn5vBc8Xz1Kq6Wd");
    expect(read(clientResource(id, {}, { "oauth-tokens": { data: [] } }))).not.toHaveProperty("oauthTokenId");
  });

  test("returns every documented member", () => {
    const pem = "\n-----BEGIN PUBLIC KEY-----\nBBBB\n-----END PUBLIC KEY-----\n";
    const resource = clientResource(
      id,
      {
        "service-provider": "forgejo",
        key: "consumer",
        "rsa-public-key": pem,
        "organization-scoped": false,
        "ado-org-name": "acme",
        "ado-entra-tenant-id": "tenant",
        "updated-at": "2026-02-04T00:00:00Z",
        "affected-workspaces": ["web"],
        "affected-workspaces-count": 0,
        secret: "never",
      },
      {
        projects: { data: [{ id: "prj-1", type: "projects" }] },
        "agent-pool": { data: { id: "apool-1", type: "agent-pools" } },
      },
    );
    expect(read(resource)).toEqual({
      vendor: "tfe",
      id,
      name: "acme github",
      organization: "acme",
      serviceProvider: "forgejo",
      serviceProviderDisplayName: "GitHub",
      httpUrl: "https://github.com",
      apiUrl: "https://api.github.com",
      oauthTokenId: "ot-3Hn5vBc8Xz1Kq6Wd",
      oauthTokenIds: ["ot-3Hn5vBc8Xz1Kq6Wd"],
      key: "consumer",
      rsaPublicKey: pem,
      organizationScoped: false,
      projectIds: ["prj-1"],
      agentPoolId: "apool-1",
      adoOrganizationName: "acme",
      adoEntraTenantId: "tenant",
      callbackUrl: "https://tfe.example.test/auth/0b9b6c5e-7a1d-4f0e-9a53-2f7f3f1c1a11/callback",
      connectPath: "/auth/0b9b6c5e-7a1d-4f0e-9a53-2f7f3f1c1a11?organization_id=7",
      createdAt: new Date("2026-02-03T04:05:06.789Z"),
      updatedAt: new Date("2026-02-04T00:00:00Z"),
      affectedWorkspaces: ["web"],
      affectedWorkspacesCount: 0,
    });
  });
});

describe("readOAuthToken", () => {
  const readToken = (resource: unknown) => readOAuthToken(tokenWire.parse({ data: resource }).data);

  test("reads a token from its id alone", () => {
    expect(readToken({ id: "ot-1" })).toEqual({ id: "ot-1", hasSshKey: false });
  });

  test("returns every documented member", () => {
    expect(readToken(tokenResource("ot-1", { "has-ssh-key": true }))).toEqual({
      id: "ot-1",
      oauthClientId: "oc-7Qk2mZx9Lw4Tn8Rb",
      serviceProviderUser: "acme-bot",
      hasSshKey: true,
      createdAt: new Date("2026-02-03T04:05:06.800Z"),
    });
  });
});

describe("readSecrets", () => {
  test("returns no secrets when the input has none", () => {
    expect(readSecrets({ secret: null, key: null })).toEqual([]);
  });

  test("returns all write-only fields, and every line of a key with several lines", () => {
    const secrets = readSecrets({ oauthTokenString: "t", key: "k", secret: "one\r\ntwo\nthree", privateKey: "p", sshKey: "s" });
    for (const secret of ["t", "k", "one\r\ntwo\nthree", "one", "two", "three", "p", "s"]) expect(secrets).toContain(secret);
  });
});
