import type { Agent, IncomingMessage } from "node:http";
import { race } from "../core/abort.js";
import { createConnections } from "./connections.js";
import { coded, failure } from "./failure.js";
import { checkOptions, type NodeFetchOptions } from "./options.js";
import { loadBuiltin } from "./platform.js";
import { type Outgoing, readRequest } from "./request.js";
import { toResponse } from "./response.js";

/** A `fetch` with its own connections. */
export interface NodeFetch {
  /** Sends one request, as the platform's `fetch` does, except that redirects are never followed. */
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * The thumbprint of the client certificate that the next request shows (`x5t#S256`), or `undefined` without one. Put it into the
   * key of whatever keeps tokens, so that a new certificate does not meet a token that is bound to the old one (RFC 8705 section 3).
   */
  readonly thumbprint: () => Promise<string | undefined>;
  /** Ends the connections: idle ones at once, the others when their answer has been read. Later requests open new ones. */
  readonly close: () => void;
}

/**
 * Makes a `fetch` on `node:http` and `node:https`, for client certificates (RFC 8705), certificate authorities of one's own, and a
 * short way to the first answer: the platform's fetch, which takes longer to load than a token to come, is not loaded by it.
 *
 * It takes a URL and `method`, `headers`, `body` (a string, bytes, `URLSearchParams`), `signal`; or a `Request`. It decompresses, keeps
 * connections open, and rejects as Node's fetch does: a `TypeError` whose cause has the code, or the signal's own reason. Unlike that
 * it never follows a redirect, which would carry a credential elsewhere: it resolves to the 3xx answer, or rejects under
 * `redirect: "error"`. It sends nothing twice: a request on a kept connection that the server has closed meanwhile fails.
 *
 * The server's certificate is always checked, whatever the environment says, over TLS 1.2 or newer. A client certificate is shown
 * under `https:` only, and a request under `http:` is refused beside one.
 *
 * @throws {ConfigurationError} at once: an option cannot work, a key does not fit its certificate, the runtime has no `node:crypto`
 * for them. From the returned function: the runtime has no `node:http`, or what a function of `cert` or `key` reads is none.
 */
export function nodeFetch(options: NodeFetchOptions = {}): NodeFetch {
  checkOptions(options);
  const { connectTimeoutMs = 10_000 } = options;
  const connections = createConnections(options);

  async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const outgoing = await readRequest(input, init);
    const { signal, url } = outgoing;
    signal?.throwIfAborted();
    const agent = connections.agentFor(url.protocol);
    // A certificate may be slow to come, and nobody waits for it longer than the signal lets him.
    const ready = agent instanceof Promise ? await (signal ? race(agent, signal) : agent) : agent;
    return exchange(outgoing, ready, connectTimeoutMs);
  }

  const { thumbprint, close } = connections;
  return Object.assign(send, { thumbprint, close });
}

function exchange(outgoing: Outgoing, agent: Agent, connectTimeoutMs: number): Promise<Response> {
  const { url, method, headers, content, signal } = outgoing;
  const isEncrypted = url.protocol === "https:";
  const { request } = loadBuiltin(isEncrypted ? "node:https" : "node:http");
  return new Promise((resolve, reject) => {
    const defaults = { accept: "*/*", "accept-encoding": "gzip, deflate, br" };
    const sent = request(url, { method, agent, headers: { ...defaults, ...headers } });
    let incoming: IncomingMessage | undefined;
    const stop = () => {
      sent.destroy();
      incoming?.destroy();
    };
    if (signal) {
      allowMany(signal);
      signal.addEventListener("abort", stop, { once: true });
    }
    sent.once("close", () => signal?.removeEventListener("abort", stop));

    sent.once("socket", (socket) => {
      if (!socket.connecting) return;
      // The name that this library reads as "never connected". Nothing is sent before the handshake is over.
      const late = () => coded(`no connection within ${connectTimeoutMs} ms`, "UND_ERR_CONNECT_TIMEOUT");
      const timer = setTimeout(() => sent.destroy(late()), connectTimeoutMs);
      const stopWaiting = () => clearTimeout(timer);
      socket.once(isEncrypted ? "secureConnect" : "connect", stopWaiting).once("close", stopWaiting);
    });
    sent.on("error", (error) => reject(signal?.aborted ? signal.reason : failure("fetch failed", error)));
    sent.once("upgrade", (_, socket) => {
      socket.destroy();
      reject(failure("fetch failed", coded("the server changed the protocol", "HPE_INVALID_UPGRADE")));
    });
    sent.once("response", (answer) => {
      incoming = answer;
      try {
        resolve(toResponse(answer, outgoing));
      } catch (error) {
        reject(error);
      }
    });
    sent.end(content);
  });
}

// One signal may be that of many requests, such as the one that ends a service. Node warns of a leak from the 11th listener on, unless
// somebody has said how many are fine; its own fetch says the same number. Runtimes that only resemble Node may not count at all.
function allowMany(signal: AbortSignal): void {
  const { defaultMaxListeners, getMaxListeners, setMaxListeners }: Partial<EventsModule> = loadBuiltin("node:events");
  if (getMaxListeners?.(signal) === defaultMaxListeners) setMaxListeners?.(1_500, signal);
}

type EventsModule = typeof import("node:events");
