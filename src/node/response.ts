import type { IncomingMessage } from "node:http";
import { createResponseBody } from "./body.js";
import { createCodedError, createFetchError } from "./errors.js";
import { LazyResponse, type ResponseHead, ResponseHeaders } from "./lazy-response.js";
import { hasLoadedResponse } from "./platform.js";
import type { OutgoingRequest } from "./request.js";

// Fetch standard, "null body status".
const statusesWithoutBody = [101, 103, 204, 205, 304];

/**
 * Creates the response: the platform's `Response` when that class is loaded already, otherwise an object with the same members.
 *
 * @throws {TypeError} the status is invalid, or the response is a redirect and the request has `redirect: "error"`
 */
export function toResponse(
  incoming: IncomingMessage,
  { url, method, signal, redirect }: OutgoingRequest,
  isLoaded: boolean = hasLoadedResponse(),
): Response {
  const { statusCode: status = 0, statusMessage: statusText = "", rawHeaders } = incoming;
  if (status < 200 || status > 599) {
    incoming.destroy();
    throw createFetchError("fetch failed", createCodedError(`invalid status ${status}`, "HPE_INVALID_STATUS"));
  }
  if (redirect === "error" && status > 299 && status < 400) {
    incoming.destroy();
    throw createFetchError("fetch failed", new Error("unexpected redirect"));
  }
  const headers = new ResponseHeaders(rawHeaders);
  const head: ResponseHead = { url: url.hash ? url.href.slice(0, -url.hash.length) : url.href, status, statusText, headers };
  const isEmpty = method === "HEAD" || statusesWithoutBody.includes(status);
  // Reads to the end of the message, so that the connection is free for the next request.
  if (isEmpty) incoming.resume();
  const body = isEmpty ? undefined : createResponseBody(incoming, headers.get("content-encoding"), signal);
  if (!isLoaded) return new LazyResponse(head, body);
  const response = new Response(body?.stream() ?? null, { status, statusText, headers: [...headers] });
  return Object.defineProperty(response, "url", { value: head.url });
}
