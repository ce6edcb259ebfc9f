import type { Authorization, Authorize } from "../authorize.js";
import type { Limiter } from "../limits.js";
import type { RetryPolicy } from "./retry.js";

/** A response whose body was read. */
export interface ReceivedResponse {
  /** HTTP status. 0 where a runtime hides a redirect. */
  readonly status: number;
  readonly headers: Headers;
  /** The body as text. */
  readonly text: string;
  /** The body as JSON. `undefined` when it is not JSON. */
  readonly body: unknown;
}

/** An error response. */
export type ErrorResponse = ReceivedResponse;

/** The details that a vendor's `errors.ts` reads from an error response. All texts are redacted afterwards. */
export interface ErrorDetails {
  /** The vendor's message. */
  readonly message?: string | undefined;
  /** The vendor's error code. */
  readonly vendorCode?: string | undefined;
  /** The vendor's id of the request. */
  readonly requestId?: string | undefined;
  /** The correct status, where a vendor is known to send another. */
  readonly status?: number | undefined;
}

/** Parses the error bodies of one vendor. Pure. */
export type ParseErrorResponse = (response: ErrorResponse) => ErrorDetails;

/** What is known about a request without a response. */
export interface NetworkFailure {
  /** The platform's code, for example `ECONNREFUSED`. Not every runtime has one. */
  readonly code: string | undefined;
  /** Whether it is proven that the request was not sent. Without proof this is `false`. */
  readonly notSent: boolean;
  /** Whether a retry would fail in the same way: a certificate does not become valid. */
  readonly permanent: boolean;
}

/** The result of one attempt of a call. */
export type AttemptResult =
  /** A 2xx response. */
  | { readonly kind: "success"; readonly response: ReceivedResponse }
  /** Any other response. */
  | {
      readonly kind: "error_response";
      readonly response: ErrorResponse;
      readonly details: ErrorDetails;
      readonly retryAfterMs: number | undefined;
      readonly authorization: Authorization | undefined;
    }
  /** The connection failed, before or after the request was sent. */
  | { readonly kind: "network_failure"; readonly failure: NetworkFailure }
  /** The request was sent and the attempt's time is over, or the caller's signal aborted. */
  | { readonly kind: "timeout" }
  /** The response is larger than allowed. */
  | { readonly kind: "too_large" }
  /** Authorization failed, for example the token request. The request was not sent. */
  | { readonly kind: "not_authorized"; readonly error: unknown }
  /** The deadline passed, or the caller's signal aborted, before the request was sent. */
  | { readonly kind: "not_sent" };

/** The options of all requests of a manager to one base URL. */
export interface HttpOptions {
  readonly vendor: string;
  /** Origin and, where there is one, path prefix. No credential is ever sent to another origin. */
  readonly baseUrl: string;
  /** Absent: requests are sent without a credential. */
  readonly authorize?: Authorize | undefined;
  /** Parses the vendor's error bodies. */
  readonly parseErrorResponse: ParseErrorResponse;
  /** Headers in which the vendor states the seconds until its rate limits are reset. */
  readonly resetHeaders?: readonly string[];
  /** Sent as `accept`, and as `content-type` of every write, with a body or without. @default "application/json", with a body */
  readonly mediaType?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly allowInsecureHttp?: readonly string[] | undefined;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly limiter: Limiter;
}

/** The methods that vendors use. */
export type Verb = "get" | "put" | "post" | "patch" | "delete";

/** The paths of a description that have this method. */
export type PathsWith<Paths, Method extends Verb> = {
  [Path in keyof Paths]: Paths[Path] extends Record<Method, { responses: unknown }> ? Path : never;
}[keyof Paths];

/** One operation of a description. */
export type OperationOf<Paths, Path extends keyof Paths, Method extends Verb> =
  Paths[Path] extends Record<Method, infer Operation> ? Operation : never;

/** Path parameters, query, header fields and body of one operation: what is missing, unknown or of another type does not compile. */
export type OperationInput<Operation> = Part<"params", Parameters<Operation, "path">> &
  Part<"query", Parameters<Operation, "query">> &
  Part<"headers", Parameters<Operation, "header">> &
  Body<"json", Operation, Content<Operation, "application/json" | "application/vnd.api+json">> &
  Body<"form", Operation, Content<Operation, "application/x-www-form-urlencoded">>;

// A part that the operation does not have is not allowed. A part without required members is optional. Any other part is required.
type Part<Name extends string, T> = [T] extends [never]
  ? { readonly [K in Name]?: never }
  : Record<never, never> extends T
    ? { readonly [K in Name]?: T }
    : { readonly [K in Name]: T };

// A body whose members are all optional is required too, unless the operation has no required body.
type Body<Name extends string, Operation, T> = [T] extends [never]
  ? { readonly [K in Name]?: never }
  : Operation extends { requestBody: unknown }
    ? { readonly [K in Name]: T }
    : { readonly [K in Name]?: T };

type Parameters<Operation, In extends "path" | "query" | "header"> = Operation extends { parameters: { [K in In]?: infer T } }
  ? Exclude<T, undefined>
  : never;

// The content of an operation without a body is `never`, which extends every type: without this check any body would compile.
type Content<Operation, Media extends string> = Operation extends { requestBody?: infer Written }
  ? [Exclude<Written, undefined>] extends [never]
    ? never
    : Exclude<Written, undefined> extends { content: infer Contents }
      ? Contents[keyof Contents & Media]
      : never
  : never;
