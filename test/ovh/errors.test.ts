import { AuthenticationError, PermissionDeniedError, ResponseError, ServerError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { parseErrorResponse } from "../../src/ovh/errors.js";
import { rejection } from "../contract/subject.js";
import { accessToken, managerWithResponses, type RecordedResponse } from "./responses.js";

function read(status: number, body: unknown, headers: Record<string, string> = {}) {
  return parseErrorResponse({ status, headers: new Headers(headers), text: JSON.stringify(body) ?? "", body });
}

const denied = { class: "Client::Forbidden", message: "User not granted for this request" };

describe("parseErrorResponse reads", () => {
  test.each<[string, unknown, string | undefined]>([
    ["HTML", undefined, undefined],
    ["the body null", null, undefined],
    ["an array", ["x"], undefined],
    ["a message that is not a string", { class: "Client::BadRequest", message: { text: "x" } }, undefined],
    ["a message without details", denied, "User not granted for this request"],
    ["details that are not an object", { ...denied, details: "x" }, "User not granted for this request"],
    [
      "empty details",
      { ...denied, details: { unauthorizedActionsByAuthentication: "", unauthorizedActionsByIAM: " , " } },
      "User not granted for this request",
    ],
    [
      "one missing action",
      { ...denied, details: { unauthorizedActionsByAuthentication: "", unauthorizedActionsByIAM: "account:apiovh:me/get" } },
      "User not granted for this request; missing IAM action account:apiovh:me/get",
    ],
    [
      "several missing actions",
      { ...denied, details: { unauthorizedActionsByIAM: "a:get,b:get" } },
      "User not granted for this request; missing IAM actions a:get, b:get",
    ],
    [
      "an undocumented array of missing actions",
      { ...denied, details: { unauthorizedActionsByIAM: ["a:get", 7, "b:get"] } },
      "User not granted for this request; missing IAM actions a:get, b:get",
    ],
    [
      "an action outside the scope of the token",
      { ...denied, details: { unauthorizedActionsByAuthentication: "a:get" } },
      "User not granted for this request; not included in the token or key: a:get",
    ],
    ["missing actions without a message", { details: { unauthorizedActionsByIAM: "a:get" } }, "missing IAM action a:get"],
    [
      "the format of the older gateway",
      { errorCode: "NOT_GRANTED_CALL", httpCode: "403 Forbidden", message: "This call has not been granted" },
      "This call has not been granted",
    ],
  ])("%s", (_, body, message) => {
    expect(read(403, body).message).toBe(message);
  });

  test("the error code of both formats", () => {
    expect(read(404, { class: "Client::NotFound", message: "x" }).vendorCode).toBe("Client::NotFound");
    expect(read(403, { errorCode: "FORBIDDEN", message: "x" }).vendorCode).toBe("FORBIDDEN");
    expect(read(403, { message: "x" }).vendorCode).toBeUndefined();
  });

  test("the request id, also without a body", () => {
    const headers = { "X-OVH-QUERYID": "EU.ext-4.00aa" };
    expect(read(502, undefined, headers)).toEqual({ requestId: "EU.ext-4.00aa" });
    expect(read(404, { class: "Client::NotFound", message: "x" }, headers).requestId).toBe("EU.ext-4.00aa");
  });
});

describe("an error about the credentials", () => {
  test.each<[number, unknown]>([
    [400, { errorCode: "INVALID_SIGNATURE", httpCode: "400 Bad Request", message: "Invalid signature" }],
    [400, { class: "Client::BadRequest", message: "Invalid signature" }],
    [403, { errorCode: "INVALID_CREDENTIAL", message: "This credential is not valid" }],
    [403, { class: "Client::Forbidden", message: "This credential is not valid" }],
    [403, { class: "Client::Forbidden", message: "This credential does not exist" }],
    [403, { errorCode: "INVALID_KEY", message: "x" }],
    [403, { errorCode: "NOT_CREDENTIAL", message: "x" }],
  ])("%d %o is an AuthenticationError for any status", async (status, json) => {
    const error = await rejection(managerWithResponses([{ status, json }]).manager.get("EU.00aa"));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status, code: "authentication" });
  });

  test.each<[number, unknown, typeof ResponseError]>([
    [400, { class: "Client::BadRequest", message: "Invalid name" }, ResponseError],
    [404, { class: "Client::NotFound", message: "This credential does not exist" }, ResponseError],
    [403, { errorCode: "NOT_GRANTED_CALL", message: "This call has not been granted" }, PermissionDeniedError],
  ])("%d %o is not an AuthenticationError", async (status, json, type) => {
    const error = await rejection(managerWithResponses([{ status, json }]).manager.get("EU.00aa"));
    expect(error).toBeInstanceOf(type);
    expect(error).not.toBeInstanceOf(AuthenticationError);
  });
});

describe("an error of the manager", () => {
  const failing = (response: RecordedResponse) =>
    managerWithResponses([response], { retry: { maxRetries: 0 } }).manager.get("EU.00aa");

  test("has the text and the status of a gateway's HTML page", async () => {
    const text = "<html><head><title>x</title></head><body><h1>503 Service Unavailable</h1>No server</body></html>";
    const error = await rejection(failing({ status: 503, text, headers: { "x-ovh-queryid": "EU.ext-4.00aa" } }));
    expect(error).toBeInstanceOf(ServerError);
    expect((error as Error).message).toBe("ovh get client: 503 Service Unavailable No server (503, request EU.ext-4.00aa)");
  });

  test("names the missing action and the request id, and redacts the token", async () => {
    const details = { unauthorizedActionsByIAM: "account:apiovh:me/api/oauth2/client/get" };
    const json = { ...denied, message: `no rights for ${accessToken}`, details };
    const error = await rejection(failing({ status: 403, json, headers: { "x-ovh-queryid": "EU.ext-4.00aa" } }));
    expect(error).toMatchObject({ vendorCode: "Client::Forbidden", requestId: "EU.ext-4.00aa", status: 403 });
    expect((error as Error).message).toBe(
      "ovh get client: no rights for [secret]; missing IAM action account:apiovh:me/api/oauth2/client/get (403, request EU.ext-4.00aa)",
    );
  });
});
