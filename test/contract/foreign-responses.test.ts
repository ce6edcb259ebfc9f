import { ConflictError, NotFoundError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { cases, firstResult, vendors } from "./methods.js";
import { rejection } from "./subject.js";

const page = (status: number) =>
  new Response("<!doctype html><title>Welcome</title>", { status, headers: { "content-type": "text/html" } });

/** Responses that no vendor sends. */
const foreign: Readonly<Record<string, () => Response>> = {
  "an HTML page with 200": () => page(200),
  "an HTML page with 201": () => page(201),
  "a JSON object of a gateway with 200": () => Response.json({ status: "ok" }),
  "an HTML page with 404": () => page(404),
  "a JSON object of a gateway with 404": () => Response.json({ error: "no route" }, { status: 404 }),
  "an HTML page with 405": () => page(405),
  "an HTML page with 409": () => page(409),
  "an HTML page with 410": () => page(410),
  "a JSON object of a gateway with 405": () => Response.json({ message: "method not allowed" }, { status: 405 }),
  "a JSON object of a gateway with 409": () => Response.json({ message: "conflict" }, { status: 409 }),
};

// Their first request changes something, so an unexpected response has an unknown outcome.
const writesFirst = [
  ...["ory.create", "ory.patch", "ory.delete", "ory.setLifespans", "ory.deleteTokens", "ory.revoke"],
  ...["ovh.create", "ovh.createPolicy", "ovh.deletePolicy"],
  ...["genesys.create", "genesys.rotateSecret", "genesys.createIntegrationCredential"],
  ...["tfe.delete", "tfe.addProjects", "tfe.removeProjects", "tfe.updateOAuthToken", "tfe.deleteOAuthToken"],
];

// The vendor responds to these without content, so 204 is its own response.
const withoutContent = [
  ...["ory.delete", "ory.deleteTokens", "ory.revoke", "ovh.delete", "ovh.deletePolicy"],
  ...["tfe.delete", "tfe.addProjects", "tfe.removeProjects", "tfe.deleteOAuthToken"],
];

describe("contract: a response that the vendor does not send", () => {
  const call = (vendor: string, name: string, args: readonly unknown[], respond: () => Response) => {
    const manager = vendors[vendor]?.create({ retry: { maxRetries: 0 }, fetch: async () => respond() });
    return rejection(firstResult((manager as Record<string, (...all: unknown[]) => unknown>)[name]?.(...args)));
  };
  const requests = cases.filter(([vendor, name]) => !(vendor === "ory" && name === "account"));

  test.each(requests)("%s.%s does not accept it, and the outcome is not wrong", async (vendor, name, [args]) => {
    for (const [text, respond] of Object.entries(foreign)) {
      const error = await call(vendor, name, args, respond);
      expect(error, text).not.toBeInstanceOf(NotFoundError);
      expect(error, text).not.toBeInstanceOf(ConflictError);
      const expected = writesFirst.includes(`${vendor}.${name}`) ? "unknown" : expect.stringMatching(/^(unknown|not_applied)$/);
      expect(error, text).toMatchObject({ vendor, outcome: expected });
    }
  });

  test.each(requests.filter(([vendor, name]) => !withoutContent.includes(`${vendor}.${name}`)))(
    "%s.%s does not accept 204 instead of JSON",
    async (vendor, name, [args]) => {
      const error = await call(vendor, name, args, () => new Response(null, { status: 204 }));
      expect(error).toMatchObject({ code: "unexpected_response", vendor });
    },
  );
});
