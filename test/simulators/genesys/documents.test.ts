import { describe, expect, test } from "vitest";
import { administrator, inHome, type Json, open, readerRole, uuid, website, worker } from "./calls.js";

describe("a client in responses", () => {
  test("contains every member that the server sets", async () => {
    const { call } = await open();
    const { json } = await call("POST", "/oauth/clients", { ...worker, description: "" });
    expect(json).toEqual({
      id: expect.stringMatching(uuid) as string,
      name: worker.name,
      description: "",
      authorizedGrantType: "CLIENT-CREDENTIALS",
      accessTokenValiditySeconds: 86_400,
      registeredRedirectUri: [],
      scope: [],
      roleDivisions: [inHome(readerRole)],
      roleIds: [readerRole.id],
      state: "active",
      dateCreated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      dateModified: json.dateCreated,
      createdBy: { id: administrator.clientId, selfUri: `/api/v2/users/${administrator.clientId}` },
      modifiedBy: { id: administrator.clientId, selfUri: `/api/v2/users/${administrator.clientId}` },
      selfUri: `/api/v2/oauth/clients/${json.id}`,
      secret: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
  });

  test("omits the members that were not sent", async () => {
    const { call } = await open();
    const { json } = await call("POST", "/oauth/clients", website);
    for (const field of ["description", "dateToDelete"]) expect(json).not.toHaveProperty(field);
  });

  test("contains a secret only after its creation and after the rotation of its secret", async () => {
    const { genesys, call, create } = await open();
    const { id, secret } = await create();
    const { json: renewed } = await call("POST", `/oauth/clients/${id}/secret`);
    const responses: Json[] = [];
    for (const [method, path, body] of [
      ["GET", `/oauth/clients/${id}`, undefined],
      ["PUT", `/oauth/clients/${id}`, { ...worker, secret: "chosen-secret" }],
      ["GET", "/oauth/clients", undefined],
      ["GET", "/tokens/me", undefined],
      ["GET", "/authorization/subjects/me", undefined],
    ] as const) {
      const { json, status } = await call(method, path, body);
      expect(status).toBe(200);
      responses.push(json);
    }
    const seen = JSON.stringify([responses, genesys.clients]);
    for (const text of [secret, String(renewed.secret), "chosen-secret", '"secret"']) expect(seen).not.toContain(text);
  });
});
