// A process that renews a token, and calls `get` again after it was suspended. Argument: the token endpoint.
import { subscribe } from "node:diagnostics_channel";
import { clientSecretBasic } from "../../src/token/authentication.js";
import { createTokenSource } from "../../src/token/source.js";

let circuits = 0;
subscribe("oauth-clients.token.breaker", () => circuits++);
const tokens = createTokenSource(
  { tokenEndpoint: process.argv[2] ?? "", clientId: "reports", clientAuthentication: clientSecretBasic("a-secret") },
  { timeoutMs: 300, retry: { maxRetries: 0 } },
);
const values = () =>
  Promise.all(
    Array.from({ length: 5 }, () =>
      tokens.get().then(
        ({ value }) => value,
        (error: Error) => error.message,
      ),
    ),
  );
const before = values();
process.on("message", async () => {
  process.send?.({ before: await before, after: await values(), circuits });
  process.disconnect?.();
});
