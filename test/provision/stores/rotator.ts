// A process that stages and promotes secrets without an end. Argument: the path of the file.
import { fileStore } from "../../../src/provision/stores/file.js";

const store = fileStore({ path: process.argv[2] ?? "" });
for (let round = 0; ; round++) {
  const clientId = `client-${process.pid}-${round}`;
  const attemptId = `attempt-${process.pid}-${round}`;
  const credentials = { clientId, clientSecret: `secret of ${clientId}`.repeat(200) };
  await store.stage({ credentials, attemptId, issuedAt: new Date().toISOString() });
  await store.promote(attemptId);
  if (round === 0) process.send?.("begun");
}
