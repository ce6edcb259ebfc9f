import type { Agent } from "node:http";
import { asText, type ClientCertificate, createCertificateSource } from "./certificate.js";
import type { NodeFetchOptions } from "./options.js";
import { loadBuiltin } from "./platform.js";

/** The open connections of one `nodeFetch`. */
export interface Connections {
  /** The agent for the next request. Where a certificate has changed it is a new one, so that nothing is sent under the old. */
  readonly agentFor: (protocol: string) => Agent | Promise<Agent>;
  /** The thumbprint of the certificate that the next request shows. */
  readonly thumbprint: () => Promise<string | undefined>;
  /** Ends the connections: idle ones at once, the others with their answer. */
  readonly close: () => void;
}

/**
 * Makes a set of connections without opening any.
 * @throws {ConfigurationError} certificate or key cannot be read, or they do not fit each other
 */
export function createConnections(options: NodeFetchOptions): Connections {
  const { cert, key, passphrase, ca, servername, maxConnections, idleTimeoutMs = 4_000 } = options;
  const certificate = cert !== undefined && key !== undefined ? createCertificateSource(cert, key, passphrase) : undefined;
  const shared = {
    keepAlive: true,
    timeout: idleTimeoutMs,
    scheduling: "lifo" as const,
    maxSockets: maxConnections,
  };
  let plain: Agent | undefined;
  let encrypted: { readonly agent: Agent; readonly certificate: ClientCertificate | undefined } | undefined;

  const encryptedFor = (wanted: ClientCertificate | undefined): Agent => {
    if (encrypted && encrypted.certificate === wanted) return encrypted.agent;
    retire(encrypted?.agent);
    const agent = new (loadBuiltin("node:https").Agent)({
      ...shared,
      // Said outright, because an environment variable can turn the default around.
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ca: ca && [ca].flat().map(asText),
      servername,
      cert: wanted?.cert,
      key: wanted?.key,
      passphrase,
    });
    encrypted = { agent, certificate: wanted };
    return agent;
  };

  return {
    agentFor(protocol) {
      if (protocol === "https:") {
        const wanted = certificate?.();
        return wanted instanceof Promise ? wanted.then(encryptedFor) : encryptedFor(wanted);
      }
      if (certificate) throw new TypeError("url: a client certificate is only shown under https:");
      plain ??= new (loadBuiltin("node:http").Agent)(shared);
      return plain;
    },
    thumbprint: async () => (await certificate?.())?.thumbprint,
    close() {
      retire(plain);
      retire(encrypted?.agent);
      plain = undefined;
      encrypted = undefined;
    },
  };
}

function retire(agent: Agent | undefined): void {
  if (agent === undefined) return;
  // From now on nothing comes back to it.
  agent.maxFreeSockets = 0;
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}
