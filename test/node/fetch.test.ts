import { randomBytes } from "node:crypto";
import { getEventListeners, getMaxListeners, setMaxListeners } from "node:events";
import https from "node:https";
import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { nodeFetch } from "oauth-clients/node";
import { createOryManager } from "oauth-clients/ory";
import { simulateAuthorizationServer, simulateOry } from "oauth-clients/testing";
import { clientSecretBasic, requestToken } from "oauth-clients/token";
import { describe, expect, test, vi } from "vitest";
import { classifyNetworkError } from "../../src/core/http/errors.js";
import { createAuthority, createSelfSigned } from "./authority.js";
import { contentOf, rejection, serve, serveBytes, serveEncrypted, useNodeSockets } from "./loopback.js";

useNodeSockets();

const authority = createAuthority();
const server = authority.issue({ name: "server", hosts: ["127.0.0.1", "localhost"] });

describe("nodeFetch: validation", () => {
  test.each([
    ["with escaped line breaks", (pem: string) => pem.replaceAll("\n", "\\n"), "two characters"],
    ["that is a path", () => "/etc/ssl/company.pem", "expected a certificate in PEM"],
    ["whose second text is truncated", (pem: string) => [pem, pem.slice(0, 200)], "expected a certificate in PEM"],
  ])("nodeFetch rejects a certificate authority %s", (_, change, message) => {
    expect(() => nodeFetch({ ca: change(authority.cert) })).toThrow(
      expect.objectContaining({
        code: "invalid_configuration",
        issues: [{ path: "ca", message: expect.stringContaining(message) }],
      }),
    );
  });

  test("nodeFetch rejects invalid requests before it opens a connection", async () => {
    const { url, sockets } = await serve((_, response) => response.end());
    const fetch = nodeFetch();
    await expect(fetch("nowhere")).rejects.toThrow("url: expected an absolute URL");
    await expect(fetch(`${url}/`, { body: "a" })).rejects.toThrow("body: GET has no body");
    await expect(fetch(url, { headers: { "transfer-encoding": "chunked" } })).rejects.toThrow("headers: transfer-encoding");
    await expect(fetch(url, { headers: { a: "b\r\nc: d" } })).rejects.toThrow(TypeError);
    expect(sockets).toHaveLength(0);
  });

  test("nodeFetch rejects an http URL when a client certificate is configured", async () => {
    const { url, sockets } = await serve((_, response) => response.end());
    const fetch = nodeFetch(authority.issue({ name: "client" }));
    await expect(fetch(url)).rejects.toThrow("url: a client certificate requires https:");
    expect(sockets).toHaveLength(0);
  });
});

describe("nodeFetch: an agent of the caller", () => {
  test("nodeFetch verifies the server's certificate although the environment switches the verification off", async () => {
    const { url } = await serveEncrypted(server, (_, response) => response.end());
    const agent = new https.Agent();
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const error = await rejection(nodeFetch({ agent })(url)).finally(() => vi.unstubAllEnvs());
    expect(classifyNetworkError(error)).toMatchObject({ notSent: true, permanent: true });
  });

  test("nodeFetch uses the connections of the agent, and leaves them open", async () => {
    const { url, sockets } = await serveEncrypted(server, (_, response) => response.end("a"));
    const agent = new https.Agent({ keepAlive: true, ca: authority.cert });
    const fetch = nodeFetch({ agent });
    for (let count = 0; count < 2; count++) {
      expect(await (await fetch(url)).text()).toBe("a");
      fetch.close();
    }
    expect(sockets).toHaveLength(1);
    agent.destroy();
  });
});

describe("nodeFetch: network errors, a TypeError whose cause has a code", () => {
  test("nodeFetch rejects with the code of a closed port, which proves that nothing was sent", async () => {
    const error = await rejection(nodeFetch()("http://127.0.0.1:9"));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.cause?.code).toBe("ECONNREFUSED");
    expect(classifyNetworkError(error)).toMatchObject({ code: "ECONNREFUSED", notSent: true });
  });

  test("nodeFetch rejects with the code of all addresses of a host name", async () => {
    // Node tries the next address after 250 ms. A busy machine may need longer to reject a connection.
    const defaultTimeoutMs = getDefaultAutoSelectFamilyAttemptTimeout();
    setDefaultAutoSelectFamilyAttemptTimeout(20_000);
    try {
      const error = await rejection(nodeFetch()("http://localhost:9"));
      expect(classifyNetworkError(error)).toMatchObject({ code: "ECONNREFUSED", notSent: true });
    } finally {
      setDefaultAutoSelectFamilyAttemptTimeout(defaultTimeoutMs);
    }
  });

  test.each(["end", "reset"])("nodeFetch rejects when a connection ends without a response: %s", async (kind) => {
    const { url } = await serveBytes((socket) => (kind === "reset" ? socket.resetAndDestroy() : socket.end()));
    const error = await rejection(nodeFetch()(url, { method: "POST", body: "a" }));
    expect(error).toBeInstanceOf(TypeError);
    expect(classifyNetworkError(error)).toEqual({ code: "ECONNRESET", notSent: false, permanent: false });
  });

  test("nodeFetch rejects when a connection is not established before the timeout", async () => {
    // Accepts, and never responds to the handshake.
    const { port } = await serveBytes(() => undefined);
    const error = await rejection(nodeFetch({ connectTimeoutMs: 50 })(`https://127.0.0.1:${port}`));
    expect(classifyNetworkError(error)).toMatchObject({ code: "UND_ERR_CONNECT_TIMEOUT", notSent: true });
  });

  test("nodeFetch applies the connection timeout only until the connection is established", async () => {
    const { url } = await serve((_, response) => setTimeout(() => response.end("late"), 150));
    expect(await (await nodeFetch({ connectTimeoutMs: 100 })(url)).text()).toBe("late");
  });

  test("nodeFetch rejects the read of a truncated body", async () => {
    const { url } = await serveBytes((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"));
    const response = await nodeFetch()(url);
    const error = await rejection(response.text());
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe("terminated");
    expect(error.cause?.code).toBe("ECONNRESET");
  });

  test.each([
    ["gzip", Buffer.from("no gzip at all")],
    ["deflate", Buffer.from("xyz, no deflate")],
    ["br", Buffer.from("no brotli, really")],
    ["gzip", gzipSync(randomBytes(1_000)).subarray(0, 500)],
  ])("nodeFetch rejects the read of a body that is invalid %s", async (coding, content) => {
    const { url } = await serve((_, response) => response.setHeader("content-encoding", coding).end(content));
    const error = await rejection((await nodeFetch()(url)).text());
    expect(error.message).toBe("terminated");
    expect(error.cause?.code).toMatch(/^(Z_|ERR_)/);
  });

  test("nodeFetch rejects a response that is not HTTP, and its error contains none of the bytes", async () => {
    const { url } = await serveBytes((socket) => socket.end("HTTP/1.1 200 OK\r\nbad header access_token-canary\r\n\r\n"));
    const error = await rejection(nodeFetch()(url));
    expect(error.cause?.code).toMatch(/^HPE_/);
    expect(Object.keys(error.cause ?? {})).toEqual(["code"]);
  });

  test("nodeFetch rejects an invalid status and a protocol upgrade", async () => {
    const invalidStatus = await serveBytes((socket) => socket.end("HTTP/1.1 799 Odd\r\ncontent-length: 0\r\n\r\n"));
    expect((await rejection(nodeFetch()(invalidStatus.url))).cause?.code).toBe("HPE_INVALID_STATUS");
    const other = await serveBytes((socket) => socket.write("HTTP/1.1 101 S\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n"));
    expect((await rejection(nodeFetch()(other.url))).cause?.code).toBe("HPE_INVALID_UPGRADE");
  });
});

describe("nodeFetch: abort signals", () => {
  test("nodeFetch rejects with the reason of an aborted signal and opens no connection", async () => {
    const { url, sockets } = await serve((_, response) => response.end());
    const reason = new Error("aborted");
    await expect(nodeFetch()(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(sockets).toHaveLength(0);
  });

  test("nodeFetch rejects with the reason of the signal while it waits for a response, and closes the connection", async () => {
    const { url, received } = await serve(() => undefined);
    const controller = new AbortController();
    const reason = new Error("aborted");
    const pending = nodeFetch()(url, { signal: controller.signal });
    while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const closed = new Promise((resolve) => received[0]?.socket.once("close", resolve));
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await closed;
  });

  test("nodeFetch rejects with the reason of the signal while it waits for a certificate", async () => {
    const { cert, key } = authority.issue({ name: "client" });
    const controller = new AbortController();
    const fetch = nodeFetch({ cert: () => new Promise<string>(() => undefined), key });
    const pending = fetch("https://127.0.0.1:9", { signal: controller.signal });
    const reason = new Error("aborted");
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    expect(cert).toContain("CERTIFICATE");
  });

  test("nodeFetch removes its listeners from the signal after every kind of response", async () => {
    const { url } = await serve((request, response) => {
      if (request.url === "/cut") response.writeHead(200, { "content-length": "9" }).write("half", () => response.destroy());
      else if (request.url === "/drop") request.socket.destroy();
      else response.end("whole");
    });
    const { signal } = new AbortController();
    const fetch = nodeFetch();
    expect(await (await fetch(url, { signal })).text()).toBe("whole");
    await (await fetch(url, { signal })).body?.cancel();
    await rejection((await fetch(`${url}/cut`, { signal })).text());
    await rejection(fetch(`${url}/drop`, { signal }));
    await (await fetch(url, { method: "HEAD", signal })).text();
    await vi.waitFor(() => expect(getEventListeners(signal, "abort")).toEqual([]));
  });

  test("nodeFetch rejects the read of a body with the reason of the signal", async () => {
    const { url } = await serve((_, response) => response.write("first"));
    const controller = new AbortController();
    const response = await nodeFetch()(url, { signal: controller.signal });
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first");
    const rest = reader?.read();
    const reason = new Error("aborted");
    controller.abort(reason);
    await expect(rest).rejects.toBe(reason);
  });

  test("nodeFetch raises the listener limit of a signal that many requests share, unless the caller set a limit", async () => {
    const { url } = await serve((_, response) => response.end("ok"));
    const fetch = nodeFetch();
    for (const [limit, expected] of [
      [undefined, 1_500],
      [20, 20],
    ] as const) {
      const { signal } = new AbortController();
      if (limit !== undefined) setMaxListeners(limit, signal);
      await Promise.all(Array.from({ length: 15 }, async () => (await fetch(url, { signal })).text()));
      expect(getMaxListeners(signal)).toBe(expected);
    }
  });
});

describe("rule 13: nodeFetch: TLS", () => {
  const serveAs = (name: string) => serveEncrypted(authorityServers[name] ?? server, (_, response) => response.end("secret"));
  const authorityServers: Record<string, { cert: string; key: string }> = {
    "wrong host": authority.issue({ name: "127.0.0.1", hosts: ["other.example"] }),
    expired: authority.issue({ name: "server", hosts: ["127.0.0.1"], days: [-30, -1] }),
    "not yet valid": authority.issue({ name: "server", hosts: ["127.0.0.1"], days: [1, 30] }),
    "self-signed": createSelfSigned({ name: "server", hosts: ["127.0.0.1"] }),
    "of another authority": createAuthority("Test authority").issue({ name: "server", hosts: ["127.0.0.1"] }),
  };

  test.each([
    ["wrong host", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["expired", "CERT_HAS_EXPIRED"],
    ["not yet valid", "CERT_NOT_YET_VALID"],
    ["self-signed", "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["of another authority", /^(CERT_SIGNATURE_FAILURE|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)$/],
  ])("nodeFetch rejects a server certificate before it sends a request: %s", async (name, code) => {
    const { url, received } = await serveAs(name);
    const error = await rejection(nodeFetch({ ca: authority.cert })(url, { method: "POST", body: "client_secret=a" }));
    expect(error.cause?.code).toMatch(code);
    expect(classifyNetworkError(error)).toMatchObject({ notSent: true, permanent: true });
    expect(received).toHaveLength(0);
  });

  test("nodeFetch rejects a certificate of an unknown authority, also with NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
    const { url, received } = await serveAs("good");
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      const error = await rejection(nodeFetch()(url));
      expect(classifyNetworkError(error)).toMatchObject({ notSent: true, permanent: true });
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
    expect(received).toHaveLength(0);
  });

  test("nodeFetch rejects a server without TLS 1.2", async () => {
    const { url } = await serveEncrypted(
      { ...server, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" },
      (_, response) => response.end(),
    );
    const error = await rejection(nodeFetch({ ca: authority.cert })(url));
    expect(error.cause?.code).toMatch(/^(EPROTO|ERR_SSL_)/);
  });

  test("nodeFetch verifies the certificate for the host name in servername", async () => {
    const { url } = await serveAs("wrong host");
    const fetch = nodeFetch({ ca: [`# Company CA\n${authority.cert}`], servername: "other.example" });
    await expect((await fetch(url)).text()).resolves.toBe("secret");
  });

  test("nodeFetch accepts a certificate of the configured authority", async () => {
    const { url } = await serveAs("good");
    const fetch = nodeFetch({ ca: new TextEncoder().encode(authority.cert) });
    await expect((await fetch(url)).text()).resolves.toBe("secret");
  });
});

describe("nodeFetch: client certificates (RFC 8705)", () => {
  const requestingCertificate = { ...server, requestCert: true, ca: authority.cert };
  const subject = (listener: { readonly socket: unknown }) =>
    (listener.socket as { getPeerCertificate: () => { subject?: { CN?: string } } }).getPeerCertificate().subject?.CN ??
    "no certificate";
  const serveSubject = () =>
    serveEncrypted({ ...requestingCertificate, rejectUnauthorized: false }, (request, response) =>
      response.end(subject(request)),
    );

  test("nodeFetch without a client certificate receives no response from a server that requires one", async () => {
    const { url, received } = await serveEncrypted({ ...requestingCertificate, rejectUnauthorized: true }, (_, response) =>
      response.end(),
    );
    const error = await rejection(nodeFetch({ ca: authority.cert })(url));
    expect(classifyNetworkError(error).notSent).toBe(false);
    expect(received).toHaveLength(0);
  });

  test("each nodeFetch instance presents its own client certificate to the same server", async () => {
    const { url } = await serveSubject();
    const one = nodeFetch({ ca: authority.cert, ...authority.issue({ name: "one" }) });
    const two = nodeFetch({ ca: authority.cert, ...authority.issue({ name: "two" }) });
    const none = nodeFetch({ ca: authority.cert });
    const names = await Promise.all([one, two, none, one].map(async (fetch) => (await fetch(url)).text()));
    expect(names).toEqual(["one", "two", "no certificate", "one"]);
  });

  test("rule 31: nodeFetch presents its client certificate together with client_secret_basic", async () => {
    const { url, received } = await serveEncrypted(
      { ...requestingCertificate, rejectUnauthorized: true },
      (request, response) => {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ access_token: subject(request), token_type: "Bearer" }));
      },
    );
    const fetch = nodeFetch({ ca: authority.cert, ...authority.issue({ name: "one" }) });
    const request = { tokenEndpoint: url, clientId: "client-1", clientAuthentication: clientSecretBasic("secret") };
    expect(await requestToken(request, { fetch })).toMatchObject({ value: "one" });
    expect(received.map(({ headers }) => headers.authorization)).toEqual([`Basic ${btoa("client-1:secret")}`]);
  });

  test("rule 32: nodeFetch presents a new client certificate when certificate and key match, and the old one until then", async () => {
    const { url, sockets } = await serveSubject();
    const [first, second] = [authority.issue({ name: "first" }), authority.issue({ name: "second" })];
    let [cert, key] = [first.cert, first.key];
    const fetch = nodeFetch({ ca: authority.cert, cert: () => cert, key: async () => key });
    const name = async () => (await fetch(url)).text();
    const before = await fetch.thumbprint();
    expect([await name(), await name()]).toEqual(["first", "first"]);
    expect(sockets).toHaveLength(1);
    cert = second.cert;
    expect([await name(), await fetch.thumbprint()]).toEqual(["first", before]);
    key = second.key;
    expect(await name()).toBe("second");
    expect(await fetch.thumbprint()).not.toBe(before);
    expect(sockets).toHaveLength(2);
  });

  test("nodeFetch rejects the first request when the client certificate is invalid", async () => {
    const { key } = authority.issue({ name: "client" });
    const fetch = nodeFetch({ cert: () => "nothing", key });
    await expect(fetch("https://127.0.0.1:9")).rejects.toMatchObject({
      code: "invalid_configuration",
      issues: [{ path: "cert" }],
    });
  });
});

describe("nodeFetch: connections", () => {
  const once = async (fetch: ReturnType<typeof nodeFetch>, url: string, init?: RequestInit) => (await fetch(url, init)).text();

  test("nodeFetch does not repeat a POST when the server closes an idle connection", async () => {
    // The first request receives a response. The server reads the second one and closes the connection.
    let cut = 0;
    const { url, sockets } = await serveBytes((socket, count) => {
      if (count === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      else {
        cut += 1;
        socket.destroy();
      }
    });
    const fetch = nodeFetch();
    expect(await once(fetch, url, { method: "POST", body: "a" })).toBe("ok");
    const error = await rejection(fetch(url, { method: "POST", body: "b" }));
    expect(classifyNetworkError(error)).toMatchObject({ notSent: false });
    expect(cut).toBe(1);
    expect(sockets).toHaveLength(1);
  });

  test("nodeFetch closes all connections to a host after an error on one of them, and opens a new one for the next request", async () => {
    // Each connection serves one request and is unusable afterwards.
    const { url, sockets } = await serveBytes((socket) => {
      if (socket.bytesWritten > 0) socket.resetAndDestroy();
      else setTimeout(() => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"), 20);
    });
    const other = await serve((_, response) => response.end("ok"));
    const fetch = nodeFetch();
    await Promise.all(Array.from({ length: 4 }, () => once(fetch, url)));
    await once(fetch, other.url);
    expect(sockets).toHaveLength(4);
    expect((await rejection(fetch(url))).cause?.code).toBe("ECONNRESET");
    expect(await once(fetch, url)).toBe("ok");
    expect(sockets).toHaveLength(5);
    await once(fetch, other.url);
    expect(other.sockets).toHaveLength(1);
  });

  test("nodeFetch reuses a connection, also after a response without a body", async () => {
    const { url, sockets, received } = await serve((request, response) => {
      response.statusCode = request.url === "/empty" ? 204 : 200;
      response.end(request.url === "/empty" ? undefined : "ok");
    });
    const fetch = nodeFetch();
    for (const [path, method] of [
      ["/", "GET"],
      ["/empty", "GET"],
    ] as const) {
      await once(fetch, url + path, { method });
      // A response without content arrives before its connection is free.
      await new Promise(setImmediate);
    }
    await once(fetch, url, { method: "POST", body: "a" });
    expect(received).toHaveLength(3);
    expect(sockets).toHaveLength(1);
  });

  test("nodeFetch reuses a TLS connection", async () => {
    const { url, sockets } = await serveEncrypted(server, (_, response) => response.end("ok"));
    const fetch = nodeFetch({ ca: authority.cert });
    for (let count = 0; count < 3; count += 1) await once(fetch, url);
    expect(sockets).toHaveLength(1);
  });

  test("nodeFetch opens at most maxConnections connections", async () => {
    const { url, sockets } = await serve((_, response) => response.end("ok"));
    const fetch = nodeFetch({ maxConnections: 1 });
    await Promise.all(Array.from({ length: 5 }, () => once(fetch, url)));
    expect(sockets).toHaveLength(1);
  });

  test("nodeFetch closes a connection after the idle timeout", async () => {
    const { url, sockets } = await serve((_, response) => response.end("ok"));
    await once(nodeFetch({ idleTimeoutMs: 20 }), url);
    await new Promise((resolve) => sockets[0]?.once("close", resolve));
  });

  test("close ends idle connections immediately and busy ones after their response, and later requests open new connections", async () => {
    let finish = () => undefined as unknown;
    const { url, sockets } = await serve((request, response) => {
      if (request.url === "/slow") {
        response.write("half ");
        finish = () => response.end("whole");
      } else response.end("ok");
    });
    const fetch = nodeFetch();
    const slow = await fetch(`${url}/slow`);
    await once(fetch, url);
    const [busy, idle] = sockets;
    const ended = new Promise((resolve) => idle?.once("close", resolve));
    fetch.close();
    await ended;
    const alsoEnded = new Promise((resolve) => busy?.once("close", resolve));
    finish();
    expect(await slow.text()).toBe("half whole");
    await alsoEnded;
    expect(await once(fetch, url)).toBe("ok");
    expect(sockets).toHaveLength(3);
  });
});

describe("nodeFetch: requests", () => {
  const serveRequestCopy = () =>
    serve(async (request, response) => {
      const content = (await contentOf(request)).toString("latin1");
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, content }));
    });
  const seen = async (response: Response) =>
    (await response.json()) as { method: string; url: string; headers: Record<string, string>; content: string };

  test("nodeFetch sends a form with its length, its type and the headers of the caller", async () => {
    const { url } = await serveRequestCopy();
    const body = new URLSearchParams({ grant_type: "client_credentials" });
    const { method, headers, content } = await seen(
      await nodeFetch()(new URL("/token?tenant=1", url), { method: "post", body, headers: [["X-One", "1"]] }),
    );
    expect({ method, content }).toEqual({ method: "POST", content: "grant_type=client_credentials" });
    expect(headers).toMatchObject({
      "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
      "content-length": "29",
      "x-one": "1",
      accept: "*/*",
      "accept-encoding": "gzip, deflate, br",
    });
    expect(headers).not.toHaveProperty("transfer-encoding");
  });

  test("nodeFetch sends a Request and applies init to it", async () => {
    const { url } = await serveRequestCopy();
    const request = new Request(url, { method: "PUT", body: "a", headers: { authorization: "Bearer a" } });
    expect(await seen(await nodeFetch()(request))).toMatchObject({
      method: "PUT",
      content: "a",
      headers: { authorization: "Bearer a" },
    });
    const other = new Request(url, { headers: { a: "b" } });
    expect(await seen(await nodeFetch()(other, { method: "DELETE" }))).toMatchObject({ method: "DELETE", headers: { a: "b" } });
  });
});

describe("nodeFetch: responses", () => {
  test("nodeFetch returns a Response with URL, status and headers", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(418, "Teapot", [
        ["x-one", "1"],
        ["x-one", "2"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ]);
      response.end("short and stout");
    });
    const response = await nodeFetch()(`${url}/pot#lid`);
    expect(response).toBeInstanceOf(Response);
    expect(response).toMatchObject({ status: 418, ok: false, statusText: "Teapot", url: `${url}/pot`, redirected: false });
    expect(response.headers.get("x-one")).toBe("1, 2");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.clone().text()).toBe("short and stout");
    expect(await response.text()).toBe("short and stout");
  });

  test.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
    ["deflate, gzip", (content: Buffer) => gzipSync(deflateSync(content))],
    ["identity", (content: Buffer) => content],
  ])("nodeFetch decodes a body with the content coding %s", async (coding, encode) => {
    const content = Buffer.from("ä".repeat(100_000));
    const { url } = await serve((_, response) => response.setHeader("content-encoding", coding).end(encode(content)));
    const response = await nodeFetch()(url);
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
  });

  test("nodeFetch does not decode a body with an unknown coding or with too many codings", async () => {
    for (const coding of ["zip", Array.from({ length: 6 }, () => "gzip").join()]) {
      const { url } = await serve((_, response) => response.setHeader("content-encoding", coding).end("as it is"));
      expect(await (await nodeFetch()(url)).text()).toBe("as it is");
    }
  });

  test.each(["gzip", "br", "deflate", "gzip, gzip"])(
    "nodeFetch accepts an empty body with the content coding %s",
    async (coding) => {
      const { url } = await serve((_, response) => response.writeHead(503, { "content-encoding": coding }).end());
      expect(await (await nodeFetch()(url)).text()).toBe("");
    },
  );

  test("nodeFetch reads a body only on demand", async () => {
    // The buffers of an operating system hold some megabytes, and always less than this number of chunks.
    const maxChunks = 4_096;
    let written = 0;
    const { url } = await serve(async (_, response) => {
      const chunk = randomBytes(65_536);
      response.on("error", () => undefined).setMaxListeners(0);
      while (written < maxChunks && !response.destroyed) {
        written += 1;
        if (!response.write(chunk)) await new Promise((go) => response.once("drain", go).once("close", go));
      }
    });
    const response = await nodeFetch()(url);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await response.body?.cancel();
    expect(written).toBeLessThan(maxChunks);
  });

  test.each([301, 302, 303, 307, 308])(
    "nodeFetch returns a redirect with the status %s and does not follow it",
    async (status) => {
      const { url, received } = await serve((_, response) => response.writeHead(status, { location: "/other?token=a" }).end());
      const response = await nodeFetch()(url, { method: "POST", body: "a", redirect: "manual" });
      expect([response.status, response.headers.get("location")]).toEqual([status, "/other?token=a"]);
      expect(received).toHaveLength(1);
      const error = await rejection(nodeFetch()(url, { redirect: "error" }));
      expect(error.cause).toMatchObject({ message: "unexpected redirect" });
    },
  );
});

describe("nodeFetch: in managers and token requests", () => {
  test("nodeFetch works as the fetch of a manager", async () => {
    const { urls, close } = await simulateOry().listen();
    try {
      const fetch = nodeFetch();
      const ory = createOryManager({ adminUrl: urls.admin, publicUrl: urls.public, fetch });
      const { client } = await ory.create({ name: "Nightly report" });
      expect((await ory.get(client.id)).name).toBe("Nightly report");
      await ory.delete(client.id);
      await expect(ory.get(client.id)).rejects.toMatchObject({ code: "not_found" });
      fetch.close();
    } finally {
      await close();
    }
  });

  test("nodeFetch works as the fetch of token requests and does not follow their redirects", async () => {
    const clients = [{ clientId: "service", secret: "s3cret/+" }];
    const simulator = simulateAuthorizationServer({ clients });
    const { url, close } = await simulator.listen();
    try {
      const fetch = nodeFetch();
      const request = {
        tokenEndpoint: `${url}/token`,
        clientId: "service",
        clientAuthentication: clientSecretBasic("s3cret/+"),
      };
      simulator.redirectNext("requestToken", { location: `${url}/elsewhere` });
      await expect(requestToken(request, { fetch })).rejects.toMatchObject({ code: "unexpected_response", status: 307 });
      simulator.truncateNext("requestToken");
      await expect(requestToken(request, { fetch })).rejects.toMatchObject({ code: "network", outcome: "unknown" });
      await expect(requestToken(request, { fetch })).resolves.toMatchObject({ tokenType: "Bearer" });
      fetch.close();
    } finally {
      await close();
    }
  });
});
