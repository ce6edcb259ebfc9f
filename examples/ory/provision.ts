// Creates a client in a script and writes its credentials to a file that only its owner can read.
//
//   ORY_ADMIN_URL=... npx tsx examples/ory/provision.ts credentials.json
import { open, rm } from "node:fs/promises";
import { type ClientCredentials, ConflictError, isOAuthClientsError } from "oauth-clients";
import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";

const path = process.argv[2] ?? "credentials.json";
const ory = createOryManager(oryOptionsFromEnv(process.env));

// Opened before the client is created, so that the secret can be written. "wx" never overwrites a file.
const file = await open(path, "wx", 0o600);
let saved: ClientCredentials | undefined;
try {
  const { client, credentials } = await ory.create({
    // With a fixed id, a second run of the script cannot create a second client.
    clientId: "nightly-report",
    name: "Nightly report",
    grantTypes: ["client_credentials"],
    scopes: ["read"],
  });
  saved = credentials;
  console.log(`created ${client.id}, its credentials are in ${path}`);
} catch (error) {
  if (!isOAuthClientsError(error)) throw error;
  process.exitCode = 1;
  // After "unknown" the client may exist. If it does, these are its credentials.
  saved = error.unsavedCredentials();
  if (saved) console.error(`${error.message} Check with get("${saved.clientId}"). Its credentials are in ${path}.`);
  else if (error instanceof ConflictError) console.error("the client already exists; rotateSecret creates a new secret");
  else console.error(error.message);
} finally {
  if (saved) await file.writeFile(JSON.stringify(saved));
  await file.close();
  if (!saved) await rm(path);
}
