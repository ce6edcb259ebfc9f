import { describe, expectTypeOf, test } from "vitest";
import * as z from "zod";
import type { Http, HttpResponse } from "../../src/core/http/request.js";
import type { OperationInput, OperationOf, PathsWith } from "../../src/core/http/types.js";
import type { components, paths } from "../../src/openapi/ory.js";
import type { AcmePaths } from "../core/acme.js";

declare const acme: Http<AcmePaths>;
declare const ory: Http<paths>;
const operation = "any";

describe("a request described by invented OpenAPI types", () => {
  test("rejects an unknown path", () => {
    // @ts-expect-error no such path
    void acme({ operation, method: "get", path: "/gadgets" });
  });

  test("rejects a method that the path does not have", () => {
    // @ts-expect-error the path has no delete
    void acme({ operation, method: "delete", path: "/widgets" });
    // @ts-expect-error the path has no post
    void acme({ operation, method: "post", path: "/widgets/{id}", params: { id: "a" } });
    expectTypeOf<PathsWith<AcmePaths, "delete">>().toEqualTypeOf<"/widgets/{id}">();
    expectTypeOf<PathsWith<AcmePaths, "post">>().toEqualTypeOf<"/widgets" | "/search">();
  });

  test("rejects path parameters that are missing, unknown, of another type or not allowed", () => {
    // @ts-expect-error params are missing
    void acme({ operation, method: "get", path: "/widgets/{id}" });
    // @ts-expect-error id is missing
    void acme({ operation, method: "get", path: "/widgets/{id}", params: {} });
    // @ts-expect-error id is a string
    void acme({ operation, method: "get", path: "/widgets/{id}", params: { id: 7 } });
    // @ts-expect-error no such parameter
    void acme({ operation, method: "get", path: "/widgets/{id}", params: { id: "a", name: "b" } });
    // @ts-expect-error the path has no parameters
    void acme({ operation, method: "get", path: "/widgets", params: { id: "a" } });
  });

  test("rejects a query that is missing, unknown, of another type or not allowed", () => {
    // @ts-expect-error the query is missing
    void acme({ operation, method: "get", path: "/search" });
    // @ts-expect-error q is missing
    void acme({ operation, method: "get", path: "/search", query: {} });
    // @ts-expect-error size is a number
    void acme({ operation, method: "get", path: "/widgets", query: { size: "5" } });
    // @ts-expect-error no such parameter
    void acme({ operation, method: "get", path: "/widgets", query: { sizes: 5 } });
    // @ts-expect-error the operation takes no query
    void acme({ operation, method: "get", path: "/widgets/{id}", params: { id: "a" }, query: { q: "x" } });
  });

  test("rejects a header field that is unknown, of another type or not allowed", () => {
    // @ts-expect-error no such header field
    void acme({ operation, method: "get", path: "/search", query: { q: "x" }, headers: { "X-Pages": "1" } });
    // @ts-expect-error a header field is a string
    void acme({ operation, method: "get", path: "/search", query: { q: "x" }, headers: { "X-Page": 1 } });
    // @ts-expect-error the operation takes no header field
    void acme({ operation, method: "get", path: "/widgets", headers: { "X-Page": "1" } });
    void acme({ operation, method: "get", path: "/search", query: { q: "x" }, headers: { "X-Page": "1" } });
  });

  test("rejects content that is missing, incomplete, of another type, in another format or not allowed", () => {
    // @ts-expect-error the body is missing
    void acme({ operation, method: "post", path: "/widgets" });
    // @ts-expect-error name is missing
    void acme({ operation, method: "post", path: "/widgets", json: {} });
    // @ts-expect-error name is a string
    void acme({ operation, method: "post", path: "/widgets", json: { name: 7 } });
    // @ts-expect-error no such field
    void acme({ operation, method: "post", path: "/widgets", json: { name: "a", colour: "red" } });
    // @ts-expect-error the operation takes JSON
    void acme({ operation, method: "post", path: "/widgets", form: { name: "a" } });
    // @ts-expect-error the operation takes a form
    void acme({ operation, method: "post", path: "/search", json: { token: "t" } });
    // @ts-expect-error a GET has no body
    void acme({ operation, method: "get", path: "/widgets", json: { name: "a" } });
    // @ts-expect-error this DELETE has no body
    void acme({ operation, method: "delete", path: "/widgets/{id}", params: { id: "a" }, json: {} });
    // @ts-expect-error nor a form
    void acme({ operation, method: "delete", path: "/widgets/{id}", params: { id: "a" }, form: {} });
  });

  test("accepts required members, and optional ones may be omitted", () => {
    void acme({ operation, method: "get", path: "/widgets" });
    void acme({ operation, method: "get", path: "/widgets", query: { size: 5, tag: ["a"] } });
    void acme({ operation, method: "get", path: "/search", query: { q: "x" } });
    void acme({ operation, method: "post", path: "/search", form: { token: "t" }, readsOnly: true });
    void acme({ operation, method: "put", path: "/widgets/{id}", params: { id: "a" }, json: { name: "b" } });
  });

  test("resolves with the parsed type of the schema, and with undefined without a schema", () => {
    const returns = z.object({ id: z.string() });
    expectTypeOf(acme({ operation, method: "get", path: "/widgets", returns })).resolves.toEqualTypeOf<
      HttpResponse<{ id: string }>
    >();
    expectTypeOf(acme({ operation, method: "get", path: "/widgets" })).resolves.toEqualTypeOf<HttpResponse<undefined>>();
  });
});

describe("a request described by generated OpenAPI types", () => {
  const id = "c1";

  test("rejects the same mistakes", () => {
    // @ts-expect-error no such path
    void ory({ operation, method: "get", path: "/admin/client" });
    // @ts-expect-error the path has no patch
    void ory({ operation, method: "patch", path: "/admin/clients" });
    // @ts-expect-error the parameter is missing
    void ory({ operation, method: "get", path: "/admin/clients/{id}" });
    // @ts-expect-error no such query parameter
    void ory({ operation, method: "get", path: "/admin/clients", query: { pagesize: 5 } });
    // @ts-expect-error no such member
    void ory({ operation, method: "post", path: "/admin/clients", json: { clientName: "a" } });
    // @ts-expect-error scope is a string
    void ory({ operation, method: "post", path: "/admin/clients", json: { scope: ["a"] } });
    // @ts-expect-error this PUT has no form
    void ory({ operation, method: "put", path: "/admin/clients/{id}", params: { id }, json: {}, form: {} });
    // @ts-expect-error no such member of the optional body
    void ory({ operation, method: "post", path: "/admin/clients/{id}/secrets/rotate", params: { id }, json: { secret: "a" } });
  });

  test("accepts required and optional members", () => {
    void ory({ operation, method: "get", path: "/admin/clients", query: { page_size: 5 } });
    void ory({ operation, method: "post", path: "/admin/clients", json: { client_name: "a", scope: "x y" } });
    void ory({ operation, method: "post", path: "/admin/clients/{id}/secrets/rotate", params: { id } });
    void ory({
      operation,
      method: "patch",
      path: "/admin/clients/{id}",
      params: { id },
      json: [{ op: "remove", path: "/owner" }],
    });
  });

  test("has the types of the vendor's description, without any", () => {
    type Create = OperationInput<OperationOf<paths, "/admin/clients", "post">>;
    expectTypeOf<Create["json"]>().toEqualTypeOf<components["schemas"]["oAuth2Client"]>();
    expectTypeOf<OperationInput<OperationOf<paths, "/admin/clients/{id}", "get">>["params"]>().toEqualTypeOf<{ id: string }>();
    expectTypeOf<OperationInput<OperationOf<paths, "/admin/clients/{id}", "get">>["json"]>().toEqualTypeOf<undefined>();
  });
});
