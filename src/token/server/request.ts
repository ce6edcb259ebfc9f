import { cloneError, OAuthClientsError } from "../../core/errors.js";
import type { Authenticated } from "../form.js";
import { receive, withDeadline } from "../transport.js";
import type { ServerAnswer } from "./answer.js";
import type { RequestOptions } from "./types.js";

/** One request to an authorization server. */
export interface ServerRequest {
  /** What is asked, in words. */
  readonly operation: string;
  readonly url: string;
  /** Makes what is sent, and tells how the client has authenticated. */
  readonly prepare: () => Authenticated | Promise<Authenticated>;
}

/**
 * Sends one request, once, and reads the answer. Redirects are refused: following one would carry credentials elsewhere, or bring
 * metadata from elsewhere.
 *
 * @throws {NetworkError} no answer came
 * @throws {TimeoutError} `timeoutMs` passed
 * @throws {UnexpectedResponseError} the server redirects, or answers too much
 */
export function send({ operation, url, prepare }: ServerRequest, options: RequestOptions): Promise<ServerAnswer> {
  const { host, pathname } = new URL(url);
  const errand = { operation, endpoint: host + pathname };
  return withDeadline(errand, options.timeoutMs ?? 10_000, options.signal, async ({ signal }, leave) => {
    const { init, ...proof } = await prepare();
    leave();
    return receive(url, init, signal, options, { ...errand, ...proof });
  });
}

/**
 * Does what only reads: however it fails, nothing has happened.
 * @throws what `work` throws
 */
export async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof OAuthClientsError ? cloneError(error, { outcome: "not_applied" }) : error;
  }
}
