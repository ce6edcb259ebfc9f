import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** How a request goes wrong. `lost`: the server has acted, and the connection breaks before its response. */
export type Fault =
  | "lost"
  | "not sent"
  | "hang"
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> };

interface Version {
  readonly data: unknown;
  readonly created: string;
  deleted: string;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** A simulated KV version 2 engine of OpenBao 2.7, as its documentation and a real server describe it. Tokens: `root`, and `limited`. */
export async function startKvServer({ version = "2", casRequired = false }: { version?: string; casRequired?: boolean } = {}) {
  const documents = new Map<string, Version[]>();
  const requests: {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }[] = [];
  const faults: { readonly match: RegExp; readonly fault: Fault }[] = [];
  const denied: RegExp[] = [];
  let clock = Date.parse("2026-02-03T04:05:06.000Z");

  const error = (status: number, ...errors: string[]): Reply => ({ status, body: { errors } });
  const metadataOf = (versions: Version[]) => {
    const { created, deleted } = versions.at(-1)!;
    return { created_time: created, custom_metadata: null, deletion_time: deleted, destroyed: false, version: versions.length };
  };

  function data(method: string, path: string, body: string): Reply {
    const versions = documents.get(path) ?? [];
    const latest = versions.at(-1);
    if (method === "GET") {
      if (!latest) return error(404);
      const metadata = metadataOf(versions);
      return latest.deleted
        ? { status: 404, body: { data: { data: null, metadata } } }
        : { status: 200, body: { data: { data: latest.data, metadata } } };
    }
    if (method === "DELETE") {
      if (latest) latest.deleted = new Date(clock).toISOString();
      return { status: 204 };
    }
    const { data: content, options } = JSON.parse(body);
    if (casRequired && options?.cas === undefined) return error(400, "check-and-set parameter required for this call");
    if (options?.cas !== undefined && options.cas !== versions.length)
      return error(400, "check-and-set parameter did not match the current version");
    documents.set(path, [...versions, { data: content, created: new Date(clock).toISOString(), deleted: "" }]);
    return { status: 200, body: { data: metadataOf(documents.get(path)!) } };
  }

  function metadata(method: string, path: string, list: boolean): Reply {
    if (method === "DELETE") {
      documents.delete(path);
      return { status: 204 };
    }
    if (list) {
      const below = [...documents.keys()].filter((name) => name.startsWith(path)).map((name) => name.slice(path.length));
      const keys = [...new Set(below.map((name) => name.replace(/\/.*/, "/")))];
      return keys.length === 0 ? error(404) : { status: 200, body: { data: { keys } } };
    }
    const versions = documents.get(path);
    if (!versions) return error(404);
    const entries = versions.map(({ deleted }, index) => [index + 1, { deletion_time: deleted, destroyed: false }]);
    return { status: 200, body: { data: { current_version: versions.length, versions: Object.fromEntries(entries) } } };
  }

  function route(request: IncomingMessage, body: string): Reply {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://kv");
    const method = request.method ?? "";
    const token = request.headers["x-vault-token"];
    if (token !== "root" && token !== "limited") return error(403, "permission denied");
    const path = decodeURIComponent(pathname);
    const isDenied = (target: string) => token === "limited" && denied.some((pattern) => pattern.test(target));
    if (isDenied(`${method} ${path}`)) return error(403, "1 error occurred:\n\t* permission denied\n\n");
    if (path === "/v1/sys/internal/ui/mounts/secret")
      return { status: 200, body: { data: { type: "kv", options: { version } } } };
    if (path === "/v1/sys/capabilities-self") {
      const granted = (name: string) => (isDenied(`POST /v1/${name}`) ? ["read"] : ["create", "read", "update"]);
      return {
        status: 200,
        body: { data: Object.fromEntries(JSON.parse(body).paths.map((name: string) => [name, granted(name)])) },
      };
    }
    const [, kind, name = ""] = /^\/v1\/secret\/(data|metadata)\/(.*)$/.exec(path) ?? [];
    if (kind === "data") return data(method, name, body);
    if (kind === "metadata") return metadata(method, name, searchParams.has("list"));
    return error(404, `no handler for route "${path.slice(4)}". route entry not found.`);
  }

  function serve(request: IncomingMessage, response: ServerResponse, body: string): void {
    const line = `${request.method} ${request.url}`;
    requests.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
    const index = faults.findIndex(({ match }) => match.test(line));
    const fault = index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
    if (fault === "hang") return;
    if (fault === "not sent") return void request.socket.destroy();
    if (typeof fault === "object") return void response.writeHead(fault.status, fault.headers).end(fault.body);
    const reply = route(request, body);
    if (fault === "lost") return void request.socket.destroy();
    response.writeHead(reply.status, { "content-type": "application/json", date: new Date(clock).toUTCString() });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on("data", (chunk) => chunks.push(chunk))
      .on("end", () => serve(request, response, Buffer.concat(chunks).toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    documents,
    requests,
    /** The next request that matches `METHOD /path` fails. */
    fail: (match: RegExp, fault: Fault) => void faults.push({ match, fault }),
    /** The token `limited` may not send what matches. */
    deny: (pattern: RegExp) => void denied.push(pattern),
    advance: (ms: number) => {
      clock += ms;
    },
    /** The latest content of a document, as a consumer reads it. */
    content: (path: string) => documents.get(path)?.at(-1)?.data,
  };
}
