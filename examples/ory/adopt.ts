// Imports existing clients: reads each, and verifies its saved secret.
//
//   ORY_ADMIN_URL=... ORY_PUBLIC_URL=... npx tsx examples/ory/adopt.ts clients.json
//
// clients.json contains [{ "id": "...", "clientSecret": "..." }, { "id": "..." }].
import { readFile } from "node:fs/promises";
import { type ClientReference, NotFoundError, TokenEndpointError } from "oauth-clients";
import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";

const ory = createOryManager(oryOptionsFromEnv(process.env));
const references: ClientReference[] = JSON.parse(await readFile(process.argv[2] ?? "clients.json", "utf8"));

for (const reference of references) {
  console.log(`${reference.id}: ${await adopt(reference)}`);
}

async function adopt(reference: ClientReference): Promise<string> {
  try {
    const { client, secretVerified } = await ory.import(reference, {
      verifySecret: reference.clientSecret !== undefined,
    });
    return `${client.name}, ${secretVerified ? "its secret works" : "no saved secret"}`;
  } catch (error) {
    if (error instanceof NotFoundError) return "the client does not exist";
    if (error instanceof TokenEndpointError) return `the secret is not accepted (${error.error})`;
    throw error;
  }
}
