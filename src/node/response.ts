import type { IncomingMessage } from "node:http";
import { createContent } from "./content.js";
import { coded, failure } from "./failure.js";
import { type Head, LeanResponse } from "./lean.js";
import { hasLoadedResponse } from "./platform.js";
import type { Outgoing } from "./request.js";

// Fetch standard, "null body status".
const withoutContent = [101, 103, 204, 205, 304];

/**
 * Makes the answer: the platform's own `Response` where that class is loaded already, and one with the same members where it is not.
 *
 * @throws {TypeError} no `Response` can have such a status, or the caller wanted a redirect to be an error
 */
export function toResponse(
  incoming: IncomingMessage,
  { url, method, signal, redirect }: Outgoing,
  isLoaded: boolean = hasLoadedResponse(),
): Response {
  const { statusCode: status = 0, statusMessage: statusText = "", rawHeaders } = incoming;
  if (status < 200 || status > 599) {
    incoming.destroy();
    throw failure("fetch failed", coded(`answered with status ${status}`, "HPE_INVALID_STATUS"));
  }
  if (redirect === "error" && status > 299 && status < 400) {
    incoming.destroy();
    throw failure("fetch failed", new Error("unexpected redirect"));
  }
  const fields = Array.from(
    { length: rawHeaders.length / 2 },
    (_, index) => [rawHeaders[index * 2] ?? "", rawHeaders[index * 2 + 1] ?? ""] as const,
  );
  const head: Head = { url: url.href.replace(/#.*/, ""), status, statusText, fields };
  const isEmpty = method === "HEAD" || withoutContent.includes(status);
  // Read to its end, which is here: the connection is free for the next request.
  if (isEmpty) incoming.resume();
  const content = isEmpty ? undefined : createContent(incoming, signal);
  if (!isLoaded) return new LeanResponse(head, content);
  const response = new Response(content?.stream() ?? null, { status, statusText, headers: fields.map(([...pair]) => pair) });
  return Object.defineProperty(response, "url", { value: head.url });
}
