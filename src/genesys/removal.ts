import { type Deadline, readBackOptions } from "../core/abort.js";
import { amendError, isOAuthClientsError } from "../core/errors.js";
import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { ignoreNotFoundAfterRetry } from "../core/outcome.js";
import type { paths } from "../openapi/genesys.js";
import { mergeChanges, readClient } from "./convert.js";
import type { GenesysDeleteResult } from "./types.js";
import { clientWire, type ReadClient } from "./wire.js";

/** Reads a client as it travels, for what is sent back changed. */
export async function readWire(http: Http<paths>, clientId: string, options: CallOptions | undefined): Promise<ReadClient> {
  const { value } = await http({
    operation: "get client",
    method: "get",
    path: "/api/v2/oauth/clients/{clientId}",
    params: { clientId },
    returns: clientWire,
    options,
  });
  return value;
}

/** Makes a client inactive, deletes it, and finds out whether it is gone or only going to be. */
export async function deleteClient(http: Http<paths>, clientId: string, deadline: Deadline): Promise<GenesysDeleteResult> {
  const operation = "delete client";
  const request = { operation, path: "/api/v2/oauth/clients/{clientId}", params: { clientId } } as const;
  const current = await readWire(http, clientId, deadline.remaining());
  if (current.state === "deleted") return tellSchedule(current);
  const stopped = current.state === "inactive";
  if (!stopped) {
    const json = mergeChanges(current, { state: "inactive" });
    await http({ ...request, method: "put", json, options: deadline.remaining() });
  }
  try {
    await ignoreNotFoundAfterRetry(http({ ...request, method: "delete", options: deadline.remaining() }));
  } catch (error) {
    if (stopped || !isOAuthClientsError(error)) throw error;
    throw amendError(error, {
      outcome: "unknown",
      message: `${error.message}; client ${clientId} has been made inactive: it gets no tokens`,
    });
  }
  return readSchedule(http, clientId, deadline.remaining());
}

// It is done: that the client can still be read is news, and that it cannot is none.
async function readSchedule(
  http: Http<paths>,
  clientId: string,
  options: CallOptions | undefined,
): Promise<GenesysDeleteResult> {
  try {
    return tellSchedule(await readWire(http, clientId, readBackOptions(options)));
  } catch (error) {
    if (options?.signal?.aborted) throw error;
    return {};
  }
}

function tellSchedule(client: ReadClient): GenesysDeleteResult {
  const { deletesAt } = readClient(client);
  return deletesAt === undefined ? {} : { scheduledFor: deletesAt };
}
