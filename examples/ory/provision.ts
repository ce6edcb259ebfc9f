// Creates a client in a script and keeps its credentials in a file that only its owner can read.
//
//   ORY_ADMIN_URL=... npx tsx examples/ory/provision.ts credentials.json
import { open, rm } from "node:fs/promises";
import { type ClientCredentials, ConflictError, isOAuthClientsError } from "oauth-clients";
import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";

const path = process.argv[2] ?? "credentials.json";
const ory = createOryManager(oryOptionsFromEnv(process.env));

// Opened first: once a secret exists, there has to be a place for it. "wx" never overwrites.
const file = await open(path, "wx", 0o600);
let kept: ClientCredentials | undefined;
try {
  const { client, credentials } = await ory.create({
    // With an id of one's own, running the script twice cannot make two clients.
    clientId: "nightly-report",
    name: "Nightly report",
    grantTypes: ["client_credentials"],
    scopes: ["read"],
  });
  kept = credentials;
  console.log(`created ${client.id}, its credentials are in ${path}`);
} catch (error) {
  if (!isOAuthClientsError(error)) throw error;
  process.exitCode = 1;
  // After "unknown" the client may exist. If it does, these are its credentials.
  kept = error.unsavedCredentials();
  if (kept) console.error(`${error.message}; look with get("${kept.clientId}"), the credentials to go with it are in ${path}`);
  else if (error instanceof ConflictError) console.error("the client exists already; rotateSecret gives it a new secret");
  else console.error(error.message);
} finally {
  if (kept) await file.writeFile(JSON.stringify(kept));
  await file.close();
  if (!kept) await rm(path);
}
