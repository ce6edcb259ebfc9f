/** A call of a manager to its vendor: one HTTP request with all its retries. It contains no secret, no id and no body. */
export interface CallEvent {
  /** The name of the vendor. */
  readonly vendor: string;
  /** The operation in words, for example `create client`. */
  readonly operation: string;
  /** The HTTP method in upper case. */
  readonly method: string;
  /** The path as the vendor documents it, for example `/admin/clients/{id}`. */
  readonly path: string;
  /** The status of the response, when the call succeeded. */
  readonly status?: number;
}

/**
 * The events on the channels `oauth-clients.call.<kind>` of `node:diagnostics_channel`, by kind. Start, end and error of each call are on
 * the `TracingChannel` `oauth-clients.call`, whose context is a `CallEvent`.
 */
export interface CallEvents {
  /** A request is sent again after a failed attempt. */
  readonly retry: CallEvent & { readonly retries: number; readonly reason: string };
  /** A request has waited for a permit of `limits`. */
  readonly wait: Pick<CallEvent, "vendor" | "method"> & { readonly waitMs: number };
  /** The response of a create was lost, and the vendor is asked whether the client exists. */
  readonly reconciliation: Pick<CallEvent, "vendor" | "operation">;
}

// Not imported: browsers and some edge runtimes have neither `node:diagnostics_channel` nor `getBuiltinModule`.
const diagnostics = /* @__PURE__ */ globalThis.process?.getBuiltinModule?.("node:diagnostics_channel");
const calls = /* @__PURE__ */ diagnostics?.tracingChannel?.("oauth-clients.call");

/** Publishes an event to the subscribers of its channel. */
export function publishCallEvent<Kind extends keyof CallEvents>(kind: Kind, event: CallEvents[Kind]): void {
  diagnostics?.channel(`oauth-clients.call.${kind}`).publish(event);
}

/** Runs a call with the events of the tracing channel. Its result, which may contain a secret, is not in an event. */
export async function traceCall<Result extends { readonly status: number }>(
  event: CallEvent,
  call: () => Promise<Result>,
): Promise<Result> {
  // Deno and Bun may lack the property.
  if (!calls || calls.hasSubscribers === false) return call();
  let result: Result | undefined;
  const context: { -readonly [Name in keyof CallEvent]: CallEvent[Name] } = { ...event };
  await calls.tracePromise(async () => {
    result = await call();
    context.status = result.status;
  }, context);
  return result as Result;
}
