// Calls an API with a typed client that takes a `fetch`, as openapi-fetch and generated SDKs do: they hand it one Request.
//
//   TOKEN_URL=... CLIENT_ID=... CLIENT_SECRET=... API_URL=... npx tsx examples/token/typed-client.ts
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
import { authorizedFetch } from "oauth-clients/token/fetch";

const { TOKEN_URL = "", CLIENT_ID = "", CLIENT_SECRET = "", API_URL = "" } = process.env;

interface Paths {
  "/orders": { body: { article: string }; answer: { id: number } };
}

// What such a client does inside: it builds a Request and calls the fetch it was given.
function createClient({ baseUrl, fetch }: { baseUrl: string; fetch: (request: Request) => Promise<Response> }) {
  return {
    async POST<Path extends keyof Paths>(path: Path, body: Paths[Path]["body"]): Promise<Paths[Path]["answer"]> {
      const headers = { "content-type": "application/json" };
      const response = await fetch(new Request(baseUrl + path, { method: "POST", headers, body: JSON.stringify(body) }));
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return (await response.json()) as Paths[Path]["answer"];
    },
  };
}

const tokens = createTokenSource({
  tokenUrl: TOKEN_URL,
  clientId: CLIENT_ID,
  authentication: clientSecretBasic(CLIENT_SECRET),
  scopes: ["read"],
});
const client = createClient({ baseUrl: API_URL, fetch: authorizedFetch(tokens, { origins: [new URL(API_URL).origin] }) });

console.log(`order ${(await client.POST("/orders", { article: "chair" })).id}`);
