import { describe, expect, test } from "vitest";
import {
  badRequest,
  conflict,
  type ErrorResponse,
  forbidden,
  invalidCredential,
  invalidKey,
  invalidRequest,
  invalidResourceUrn,
  invalidSignature,
  json,
  methodNotAllowed,
  notFound,
  notGranted,
  notLoggedIn,
  unauthorized,
} from "../../../src/simulators/ovh/errors.js";

describe("error responses have both formats", () => {
  test.each<[ErrorResponse, number, string, string, string]>([
    [badRequest("x"), 400, "Client::BadRequest", "INVALID_ARGUMENT", "400 Bad Request"],
    [invalidResourceUrn(), 400, "Client::BadRequest::INVALID_RESOURCE_URN", "INVALID_ARGUMENT", "400 Bad Request"],
    [invalidSignature(), 400, "Client::BadRequest", "INVALID_SIGNATURE", "400 Bad Request"],
    [unauthorized(), 401, "Client::Unauthorized", "INVALID_CREDENTIAL", "401 Unauthorized"],
    [notLoggedIn(), 403, "Client::Forbidden", "NOT_CREDENTIAL", "403 Forbidden"],
    [invalidKey(), 403, "Client::Forbidden", "INVALID_KEY", "403 Forbidden"],
    [invalidCredential(), 403, "Client::Forbidden", "INVALID_CREDENTIAL", "403 Forbidden"],
    [notGranted("a:b"), 403, "Client::Forbidden", "NOT_GRANTED_CALL", "403 Forbidden"],
    [forbidden("ByIAM", "a:b"), 403, "Client::Forbidden", "FORBIDDEN", "403 Forbidden"],
    [notFound("x"), 404, "Client::NotFound", "NOT_FOUND", "404 Not Found"],
    [methodNotAllowed(), 405, "Client::MethodNotAllowed", "METHOD_NOT_ALLOWED", "405 Method Not Allowed"],
    [conflict("x"), 409, "Client::Conflict", "CONFLICT", "409 Conflict"],
  ])("%s: %i %s, %s", ({ status, message, body }, expected, kind, errorCode, httpCode) => {
    expect(status).toBe(expected);
    expect(body.current).toMatchObject({ class: kind, message });
    expect(body.legacy).toEqual({ errorCode, httpCode, message });
  });

  test("name missing actions in the newer format only, as strings", () => {
    expect(forbidden("ByIAM", "a:b").body.current).toEqual({
      class: "Client::Forbidden",
      message: "User not granted for this request",
      details: { unauthorizedActionsByAuthentication: "", unauthorizedActionsByIAM: "a:b" },
    });
    expect(forbidden("ByAuthentication", "a:b").body.current).toMatchObject({
      details: { unauthorizedActionsByAuthentication: "a:b", unauthorizedActionsByIAM: "" },
    });
    expect(badRequest("x").body.current).not.toHaveProperty("details");
  });

  test("have the OAuth format at the token endpoint", () => {
    const { status, body } = invalidRequest("x");
    expect({ status, body }).toEqual({ status: 400, body: { error: "invalid_request", error_description: "x" } });
  });
});

describe("responses", () => {
  test("are JSON in UTF-8 that is not cached, and null is written as content", async () => {
    const response = json(200, null, { "x-extra": "1" });
    expect(await response.text()).toBe("null");
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-cache, no-store",
      "x-extra": "1",
    });
  });
});
