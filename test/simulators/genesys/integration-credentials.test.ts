import { describe, expect, test } from "vitest";
import { type Json, minuteMs, open, problem, uuid } from "./calls.js";

const path = "/integrations/credentials";
const credential = (fields: Json = { clientId: "client-1", clientSecret: "first-secret" }): Json => ({
  name: "my-cred",
  type: { name: "pureCloudOAuthClient" },
  credentialFields: fields,
});

describe("credentials of an integration: errors", () => {
  test.each<[string, string, Json]>([
    ["no name", "name", { ...credential(), name: undefined }],
    ["an empty name", "name", { ...credential(), name: "" }],
    ["no type", "type.name", { ...credential(), type: undefined }],
    ["another type", "type.name", { ...credential(), type: { name: "unknownType" } }],
    ["no fields", "credentialFields.clientId", { ...credential(), credentialFields: undefined }],
    ["no client id", "credentialFields.clientId", credential({ clientSecret: "x" })],
    ["no secret", "credentialFields.clientSecret", credential({ clientId: "x" })],
    ["an empty secret", "credentialFields.clientSecret", credential({ clientId: "x", clientSecret: "" })],
  ])("%s: 400 with the field %s", async (_case, field, sent) => {
    const { genesys, call } = await open();
    const { json } = await call("POST", path, credential());
    for (const response of [await call("POST", path, sent), await call("PUT", `${path}/${json.id}`, sent)]) {
      expect(response).toMatchObject({ status: 400, json: { ...problem("invalid.value"), messageParams: { field } } });
      expect(response.text).not.toContain("first-secret");
    }
    expect(genesys.credentials).toHaveLength(1);
  });

  test.each([
    ["GET", undefined],
    ["PUT", credential()],
    ["DELETE", undefined],
  ])("%s of unknown credentials: 404", async (method, body) => {
    const { call } = await open();
    const response = await call(method, `${path}/nothing`, body);
    expect(response).toMatchObject({ status: 404, json: { ...problem("not.found"), entityId: "nothing" } });
  });
});

describe("credentials of an integration", () => {
  test("can have an empty secret with the option", async () => {
    const { call } = await open({ allowsEmptyCredentialSecret: true });
    expect((await call("POST", path, credential({ clientId: "x", clientSecret: "" }))).status).toBe(200);
    expect((await call("POST", path, credential({ clientId: "", clientSecret: "" }))).status).toBe(400);
  });

  test("are created, replaced and deleted, and responses never contain their secret", async () => {
    const { genesys, call } = await open();
    const created = await call("POST", path, credential());
    expect(created.status).toBe(200);
    expect(created.json).toEqual({
      id: expect.stringMatching(uuid) as string,
      name: "my-cred",
      type: { id: expect.any(String) as string, name: "pureCloudOAuthClient" },
      createdDate: expect.any(String) as string,
      modifiedDate: created.json.createdDate,
      selfUri: `/api/v2${path}/${created.json.id}`,
    });
    const id = String(created.json.id);
    const read = await call("GET", `${path}/${id}`);
    expect(read.json.credentialFields).toEqual({
      clientId: "client-1",
      clientSecret: expect.stringMatching(/^\*+$/) as string,
    });
    expect(genesys.inspectCredential(id)?.holdsSecret("first-secret")).toBe(true);

    genesys.advanceTime(minuteMs);
    const fields = { clientId: "client-2", clientSecret: "second-secret" };
    const replaced = await call("PUT", `${path}/${id}`, credential(fields));
    expect(replaced).toMatchObject({ status: 200, json: { id, createdDate: created.json.createdDate } });
    expect(replaced.json.modifiedDate).not.toBe(created.json.modifiedDate);
    expect(genesys.inspectCredential(id)?.holdsSecret("first-secret")).toBe(false);
    expect(genesys.inspectCredential(id)?.holdsSecret("second-secret")).toBe(true);
    expect(genesys.credentials).toMatchObject([{ id, credentialFields: { clientId: "client-2" } }]);

    const seen = JSON.stringify([created.json, read.json, replaced.json, genesys.credentials, genesys.requests]);
    for (const secret of ["first-secret", "second-secret"]) expect(seen).not.toContain(secret);

    expect(await call("DELETE", `${path}/${id}`)).toMatchObject({ status: 204, text: "" });
    expect(genesys.credentials).toEqual([]);
    expect(genesys.inspectCredential(id)).toBeUndefined();
  });

  test("lose their secret when the masked response of GET is sent back", async () => {
    const { genesys, call } = await open();
    const { json } = await call("POST", path, credential());
    const { json: shown } = await call("GET", `${path}/${json.id}`);
    await call("PUT", `${path}/${json.id}`, shown);
    expect(genesys.inspectCredential(String(json.id))?.holdsSecret("first-secret")).toBe(false);
  });
});
