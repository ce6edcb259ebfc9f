import type { Agent } from "node:http";
import {
  asText,
  type CertificateSource,
  type ClientCertificate,
  createCertificateSource,
  createPfxSource,
  readThumbprint,
} from "./certificate.js";
import type { NodeFetchOptions } from "./options.js";
import { loadBuiltin } from "./platform.js";

/** The open connections of one `nodeFetch`. */
export interface Connections {
  /** The agent for the next request: a new agent when the certificate has changed, so that no request uses the old one. */
  readonly agentFor: (protocol: string) => Agent | Promise<Agent>;
  /** The thumbprint of the certificate of the next request. */
  readonly thumbprint: () => Promise<string | undefined>;
  /** Closes the connections: idle ones at once, the others after their response. */
  readonly close: () => void;
}

/**
 * Creates the agents. No connection is opened.
 * @throws {ConfigurationError} certificate or key are invalid, or do not match
 */
export function createConnections(options: NodeFetchOptions): Connections {
  // The type of the option is its own, because a declaration must not require the types of Node.
  const agent = options.agent as Agent | undefined;
  if (agent) return { agentFor: () => agent, thumbprint: async () => undefined, close: () => undefined };
  const { passphrase, ca, servername, maxConnections, idleTimeoutMs = 4_000 } = options;
  // Node ignores a text without a certificate, and would then trust no server.
  for (const pem of [ca ?? []].flat()) readThumbprint(pem, "ca");
  const certificateSource = sourceOf(options);
  const agentOptions = {
    keepAlive: true,
    timeout: idleTimeoutMs,
    scheduling: "lifo" as const,
    maxSockets: maxConnections,
  };
  let plain: Agent | undefined;
  let encrypted: { readonly agent: Agent; readonly certificate: ClientCertificate | undefined } | undefined;

  const encryptedFor = (certificate: ClientCertificate | undefined): Agent => {
    if (encrypted && encrypted.certificate === certificate) return encrypted.agent;
    closeIdle(encrypted?.agent);
    const agent = new (loadBuiltin("node:https").Agent)({
      ...agentOptions,
      // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED changes the default.
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ca: ca && [ca].flat().map(asText),
      servername,
      cert: certificate?.cert,
      key: certificate?.key,
      pfx: certificate?.pfx as Buffer | undefined,
      passphrase,
    });
    encrypted = { agent, certificate };
    return agent;
  };

  return {
    agentFor(protocol) {
      if (protocol === "https:") {
        const certificate = certificateSource?.();
        return certificate instanceof Promise ? certificate.then(encryptedFor) : encryptedFor(certificate);
      }
      if (certificateSource) throw new TypeError("url: a client certificate requires https:");
      plain ??= new (loadBuiltin("node:http").Agent)(agentOptions);
      return plain;
    },
    thumbprint: async () => (await certificateSource?.())?.thumbprint,
    close() {
      closeIdle(plain);
      closeIdle(encrypted?.agent);
      plain = undefined;
      encrypted = undefined;
    },
  };
}

function sourceOf({ cert, key, pfx, passphrase }: NodeFetchOptions): CertificateSource | undefined {
  if (pfx !== undefined) return createPfxSource(pfx, passphrase);
  return cert !== undefined && key !== undefined ? createCertificateSource(cert, key, passphrase) : undefined;
}

/**
 * Closes the idle connections of an agent to the host of a URL. After an error on one of them, the others are probably closed by the
 * server too.
 */
export function closeIdleOf(agent: Agent, { protocol, hostname, port }: URL): void {
  const name = `${hostname.replace(/^\[|\]$/g, "")}:${port || (protocol === "https:" ? 443 : 80)}:`;
  for (const [key, sockets] of Object.entries(agent.freeSockets)) {
    if (key.startsWith(name)) for (const socket of sockets ?? []) socket.destroy();
  }
}

/** Closes the idle connections of an agent, and the others as soon as they become idle. */
function closeIdle(agent: Agent | undefined): void {
  if (agent === undefined) return;
  agent.maxFreeSockets = 0;
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}
