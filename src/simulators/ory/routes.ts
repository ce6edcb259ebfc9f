import { invalidRequest, json, nested } from "./errors.js";
import type { OryOrigin } from "./options.js";
import { tokenHeaders } from "./tokens.js";
import type { VersionFeatures } from "./versions.js";

/** What is answered where there is no operation. */
export interface Routes {
  /** The path is not known. */
  readonly missing: (origins: readonly OryOrigin[]) => Response;
  /** The path is known, and takes only these methods. */
  readonly refused: (path: string, allowed: readonly string[]) => Response;
}

/** Makes the answers of a version. Up to 2.3 they are for people: a page at the admin port, a line of text at the public one. */
export function createRoutes({ routesInJson }: VersionFeatures): Routes {
  const write = (status: number, type: "html" | "plain", text: string, headers: Readonly<Record<string, string>> = {}) =>
    new Response(text, { status, headers: { "content-type": `text/${type}; charset=utf-8`, ...headers } });
  return {
    missing(origins) {
      if (routesInJson) return nested(404, "The requested resource could not be found");
      return origins.includes("admin")
        ? write(
            404,
            "html",
            "<!DOCTYPE html>\n<html><head><title>404</title></head><body>There is no such route.</body></html>\n",
          )
        : write(404, "plain", "404 page not found\n");
    },
    refused(path, allowed) {
      const headers = { allow: allowed.join(", ") };
      if (!routesInJson) return write(405, "plain", "Method Not Allowed\n", headers);
      if (path === "/oauth2/token") return json(400, invalidRequest("The method must be POST.").body, tokenHeaders);
      return nested(405, "The method is not allowed for this resource", undefined, headers);
    },
  };
}
