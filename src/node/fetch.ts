import type { Agent, IncomingMessage } from "node:http";
import { race } from "../core/abort.js";
import { closeIdleOf, createConnections } from "./connections.js";
import { createCodedError, createFetchError } from "./errors.js";
import { type NodeFetchOptions, validateOptions } from "./options.js";
import { loadBuiltin } from "./platform.js";
import { type OutgoingRequest, readRequest } from "./request.js";
import { toResponse } from "./response.js";

/** A `fetch` with its own connections. */
export interface NodeFetch {
  /** Sends one request like the platform's `fetch`, but never follows a redirect. */
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * The thumbprint of the client certificate of the next request (`x5t#S256`), or `undefined` without a certificate. Use it in the key
   * of a token cache, so that a token that is bound to an old certificate is not used with a new one (RFC 8705 section 3).
   */
  readonly thumbprint: () => Promise<string | undefined>;
  /**
   * Closes the connections: idle ones at once, the others when their response has been read. Later requests open new ones. An `agent` of
   * the options stays open.
   */
  readonly close: () => void;
}

/**
 * Creates a `fetch` on `node:http` and `node:https`, for client certificates (RFC 8705), private certificate authorities and a fast first
 * request: it does not load the platform's `fetch`, whose loading takes longer than a token request.
 *
 * It accepts a URL and `method`, `headers`, `body` (a string, bytes, `URLSearchParams`) and `signal`, or a `Request`. It decompresses,
 * keeps connections open, and rejects like Node's `fetch`: with a `TypeError` whose cause has the code, or with the signal's own
 * reason. It never follows a redirect, which would send a credential to another server: it resolves to the 3xx response, or rejects
 * with `redirect: "error"`. It never sends a request again: a request on an idle connection that the server has closed fails, and the
 * other idle connections to that host are closed, so that the next request opens a new one.
 *
 * The certificate of the server is always verified, independent of the environment, with TLS 1.2 or newer. A client certificate
 * requires `https:`; a request with `http:` is refused then.
 *
 * @throws {ConfigurationError} at once, when an option is invalid, a key does not match its certificate, or the runtime has no
 * `node:crypto`. The returned function throws it when the runtime has no `node:http`, or when a function of `cert` or `key` returns
 * an invalid value.
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { nodeFetch } from "oauth-clients/node";
 *
 * const fetch = nodeFetch({ ca: readFileSync("/etc/ssl/company.pem", "utf8") });
 * ```
 */
export function nodeFetch(options: NodeFetchOptions = {}): NodeFetch {
  validateOptions(options);
  const { connectTimeoutMs = 10_000 } = options;
  const connections = createConnections(options);

  async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const outgoing = await readRequest(input, init);
    const { signal, url } = outgoing;
    signal?.throwIfAborted();
    const agent = connections.agentFor(url.protocol);
    // Reading a certificate can be slow: the signal ends the wait.
    const readyAgent = agent instanceof Promise ? await (signal ? race(agent, signal) : agent) : agent;
    return sendRequest(outgoing, readyAgent, connectTimeoutMs);
  }

  const { thumbprint, close } = connections;
  return Object.assign(send, { thumbprint, close });
}

function sendRequest(outgoing: OutgoingRequest, agent: Agent, connectTimeoutMs: number): Promise<Response> {
  const { url, method, headers, content, signal } = outgoing;
  const isEncrypted = url.protocol === "https:";
  const { request } = loadBuiltin(isEncrypted ? "node:https" : "node:http");
  return new Promise((resolve, reject) => {
    const defaults = { accept: "*/*", "accept-encoding": "gzip, deflate, br" };
    // Explicit for agents of the caller, because NODE_TLS_REJECT_UNAUTHORIZED changes the default.
    const options = { method, agent, headers: { ...defaults, ...headers }, rejectUnauthorized: true };
    const clientRequest = request(url, options);
    let incoming: IncomingMessage | undefined;
    const stop = () => {
      clientRequest.destroy();
      incoming?.destroy();
    };
    if (signal) {
      allowManyListeners(signal);
      signal.addEventListener("abort", stop, { once: true });
    }
    clientRequest.once("close", () => signal?.removeEventListener("abort", stop));

    clientRequest.once("socket", (socket) => {
      if (!socket.connecting) return;
      // With this code the library classifies the error as "not sent": no byte of a request is sent before the handshake ends.
      const timeoutError = () => createCodedError(`no connection within ${connectTimeoutMs} ms`, "UND_ERR_CONNECT_TIMEOUT");
      const timer = setTimeout(() => clientRequest.destroy(timeoutError()), connectTimeoutMs);
      const stopWaiting = () => clearTimeout(timer);
      socket.once(isEncrypted ? "secureConnect" : "connect", stopWaiting).once("close", stopWaiting);
    });
    clientRequest.on("error", (error) => {
      if (clientRequest.reusedSocket && !signal?.aborted) closeIdleOf(agent, url);
      reject(signal?.aborted ? signal.reason : createFetchError("fetch failed", error));
    });
    clientRequest.once("upgrade", (_, socket) => {
      socket.destroy();
      reject(createFetchError("fetch failed", createCodedError("the server changed the protocol", "HPE_INVALID_UPGRADE")));
    });
    clientRequest.once("response", (message) => {
      incoming = message;
      try {
        resolve(toResponse(message, outgoing));
      } catch (error) {
        reject(error);
      }
    });
    clientRequest.end(content);
  });
}

// Many requests can share one signal, for example the one that ends a service. Node warns of a leak from the 11th listener of a signal,
// unless the limit has been changed. 1,500 is the limit of Node's own `fetch`. Other runtimes have no such functions.
function allowManyListeners(signal: AbortSignal): void {
  const { defaultMaxListeners, getMaxListeners, setMaxListeners }: Partial<EventsModule> = loadBuiltin("node:events");
  if (getMaxListeners?.(signal) === defaultMaxListeners) setMaxListeners?.(1_500, signal);
}

type EventsModule = typeof import("node:events");
