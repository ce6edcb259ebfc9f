import type { components } from "../../openapi/tfe.js";

type Errors = components["schemas"]["errors"];

/**
 * The shape of error responses. `objects`: JSON:API error objects with the status as text. `numericStatus`: the same with a number,
 * as in the documented 429. `texts`: plain sentences, as in older versions and at some endpoints. `html`: the page of a proxy.
 */
export type TfeErrorShape = "objects" | "numericStatus" | "texts" | "html";

/** One error of a request. */
export interface Problem {
  readonly detail: string;
  /** JSON pointer in the request, `/data/attributes/name`. */
  readonly pointer?: string;
}

/** An error response. Thrown inside the simulator. */
export class ErrorResponse extends Error {
  override readonly name = "ErrorResponse";
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(status: number, problems: readonly Problem[]) {
    super(problems.map(({ detail }) => detail).join(" "));
    this.status = status;
    this.problems = problems;
  }
}

/** The resource does not exist, or the token has no access. */
export const notFound = () => new ErrorResponse(404, [{ detail: "The resource was not found, or the token may not use it." }]);

/** The content is invalid. */
export const unprocessable = (detail: string, pointer?: string) =>
  new ErrorResponse(422, [{ detail, ...(pointer === undefined ? {} : { pointer }) }]);

/** A query parameter is invalid. */
export const badRequest = (detail: string) => new ErrorResponse(400, [{ detail }]);

/** The media type of JSON:API (JSON:API 1.0, content negotiation). */
export const mediaType = "application/vnd.api+json";

/** A JSON:API response. */
export function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": mediaType } });
}

/** A response without content. */
export function empty(): Response {
  return new Response(null, { status: 204 });
}

const titles: Readonly<Record<number, string>> = {
  400: "bad request",
  401: "unauthorized",
  403: "forbidden",
  404: "not found",
  409: "conflict",
  415: "unsupported media type",
  // Older versions have "unprocessable entity".
  422: "unprocessable content",
  429: "Too many requests",
  500: "internal server error",
};

/** The content of an error response, and its media type. */
export function writeProblems(
  status: number,
  problems: readonly Problem[],
  shape: TfeErrorShape,
): { readonly contentType: string; readonly text: string } {
  const title = titles[status] ?? "error";
  if (shape === "html") {
    const page = `<!doctype html><html><head><title>${status} ${title}</title></head><body><h1>${status} ${title}</h1></body></html>`;
    return { contentType: "text/html; charset=utf-8", text: page };
  }
  const errors = problems.map(({ detail, pointer }) =>
    shape === "texts"
      ? detail
      : {
          status: shape === "numericStatus" ? status : String(status),
          title,
          detail,
          ...(pointer === undefined ? {} : { source: { pointer } }),
        },
  );
  const contentType = shape === "texts" ? "application/json" : mediaType;
  return { contentType, text: JSON.stringify({ errors } satisfies Errors) };
}

/** An error response. */
export function refuse(status: number, problems: readonly Problem[], shape: TfeErrorShape): Response {
  const { contentType, text } = writeProblems(status, problems, shape);
  return new Response(text, { status, headers: { "content-type": contentType } });
}
