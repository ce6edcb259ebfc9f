import { type Call, notSimulatedFields } from "../core/router.js";
import type { OryOrigin } from "./options.js";
import type { VersionFeatures } from "./versions.js";

/** Finds out whether an operation exists for a method and a path. */
export type HasOperation = (method: string, path: string, origins: readonly OryOrigin[]) => boolean;

/** Responses to requests without an operation. */
export interface Routes {
  readonly notFound: (call: Call<OryOrigin>) => Response;
  /** `allowed` has the methods that exist for the path. Empty: the path is unknown. */
  readonly unmatched: (call: Call<OryOrigin>, allowed: readonly string[]) => Response;
}

/**
 * Creates the responses of a version to requests without an operation. Up to 2.3 the router redirects paths with another spelling, 25.4 and
 * 26.2 respond with text on the admin port, and newer versions respond with JSON.
 */
export function createRoutes({ routing }: VersionFeatures, hasOperation: HasOperation): Routes {
  const isText = ({ origins }: Call<OryOrigin>) => routing === "servemux" && origins.includes("admin");

  const notFound = (call: Call<OryOrigin>): Response => {
    if (isText(call) || (routing === "httprouter" && !call.origins.includes("admin")))
      return write(404, "404 page not found\n");
    const accept = call.headers.get("accept") ?? (routing === "httprouter" ? "text/html" : "*/*");
    return /json|\*\/\*/.test(accept) ? write(404, notFoundJson, "application/json") : write(404, notFoundPage, "text/html");
  };

  const redirectionOf = ({ method, url: { pathname, search }, origins }: Call<OryOrigin>): string | undefined => {
    const clean = pathname.replace(/\/{2,}/g, "/");
    if (clean !== pathname) return clean + search;
    if (routing !== "httprouter") return pathname === "/" && !origins.includes("admin") ? "/" : undefined;
    const trimmed = clean.replace(/\/$/, "");
    const isPreflight = method === "OPTIONS" && corsPaths.test(trimmed) && origins.includes("public");
    if (trimmed !== clean && (isPreflight || hasOperation(method, trimmed, origins))) return trimmed + search;
    // The admin port of these versions redirects to a URL without a host.
    if (origins.includes("admin") && hasOperation(method, `/admin${clean}`, origins)) return `http:///admin${clean}${search}`;
    return undefined;
  };

  /** The methods of a path of the admin port without its prefix, which these versions redirect. */
  const methodsWithPrefix = ({ url, origins }: Call<OryOrigin>): readonly string[] =>
    routing === "httprouter" && origins.includes("admin")
      ? ["DELETE", "GET", "PATCH", "POST", "PUT"].filter((method) => hasOperation(method, `/admin${url.pathname}`, origins))
      : [];

  return {
    notFound,
    unmatched(call, matching) {
      const { method, origins, url } = call;
      if (/%(?![0-9a-f]{2})/i.test(url.pathname)) return write(400, "400 Bad Request");
      const location = redirectionOf(call);
      if (location !== undefined) {
        const isPermanent = routing === "httprouter" && method === "GET" && location.startsWith("/");
        return redirect(isPermanent ? 301 : 307, method, location, location.startsWith("/") ? {} : notCached);
      }
      const allowed = matching.length > 0 ? matching : methodsWithPrefix(call);
      if (allowed.length === 0) return isImplementedByHydra(call) ? notSimulated(call) : notFound(call);
      // CORS preflight requests are handled before the router.
      if (method === "OPTIONS" && origins.includes("public") && corsPaths.test(url.pathname.replace(/\/$/, "")))
        return new Response(null, { status: 200, headers: routing === "httprouter" ? notCached : {} });
      const extra = routing === "httprouter" ? ["OPTIONS"] : allowed.includes("GET") ? ["HEAD"] : [];
      const allow = [...allowed, ...extra].sort().join(", ");
      if (method === "OPTIONS" && routing === "httprouter") return new Response(null, { status: 200, headers: { allow } });
      if (routing !== "httprouter" && !isText(call)) return notFound(call);
      return write(405, "Method Not Allowed\n", "text/plain", { allow });
    },
  };
}

function write(status: number, text: string, type = "text/plain", headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, { status, headers: { "content-type": `${type}; charset=utf-8`, ...headers } });
}

function redirect(status: 301 | 307, method: string, location: string, headers: Readonly<Record<string, string>>): Response {
  if (method !== "GET" && method !== "HEAD") return new Response(null, { status, headers: { location, ...headers } });
  const text = `<a href="${location}">${status === 301 ? "Moved Permanently" : "Temporary Redirect"}</a>.\n\n`;
  return write(status, text, "text/html", { location, ...headers });
}

/** The paths of the public port that permit requests of other origins (CORS). */
const corsPaths = /^\/(?:oauth2\/(?:token|revoke)|userinfo|\.well-known\/[\w.-]+)$/;
const notCached = { "cache-control": "private, no-cache, no-store, must-revalidate" };
const notFoundPage = "<!DOCTYPE html>\n<html><head><title>404</title></head><body>The route does not exist.</body></html>\n";
const notFoundJson = `${JSON.stringify({ error: { code: 404, message: "Not Found", reason: "The route does not exist." } }, null, 2)}\n`;

const paths: Readonly<Record<OryOrigin, RegExp>> = {
  admin: /^\/(?:admin\/)?(?:keys|trust\/grants|oauth2\/auth|oauth2\/sessions|health\/error|metrics\/prometheus)(?:\/|$)/,
  public: /^\/(?:userinfo|credentials|oauth2\/(?:auth|device|fallbacks|sessions))(?:\/|$)/,
};

/** Whether Hydra has an operation at this path that the simulator does not have. */
function isImplementedByHydra({ url, origins }: Call<OryOrigin>): boolean {
  return origins.some((origin) => paths[origin].test(url.pathname));
}

function notSimulated({ method, url }: Call): Response {
  const message = `${method} ${url.pathname} is not simulated.`;
  return write(501, JSON.stringify({ error: { code: 501, message } }), "application/json", notSimulatedFields);
}
