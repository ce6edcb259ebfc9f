// The token endpoint of the cases, on a loopback port. What it does is in the query; what it has seen is kept by path.
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

const grant = (number) => ({ access_token: `token-${number}`, token_type: "Bearer", expires_in: 3_600 });

async function read(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

async function respond(request, response, paths) {
  const { pathname, searchParams } = new URL(request.url, "http://127.0.0.1");
  const body = await read(request);
  const path = paths.get(pathname) ?? { count: 0, ports: [] };
  paths.set(pathname, path);
  const { remotePort } = request.socket;
  if (!path.ports.includes(remotePort)) path.ports.push(remotePort);
  const say = (status, content, headers = {}) => {
    const text = JSON.stringify(content);
    const packed = searchParams.has("gzip");
    response.writeHead(status, {
      "content-type": "application/json",
      ...(packed && { "content-encoding": "gzip" }),
      ...headers,
    });
    response.end(packed ? gzipSync(text) : text);
  };
  if (searchParams.has("seen")) return say(200, path);

  if (searchParams.has("api")) {
    const refused = request.headers.authorization !== `Bearer ${searchParams.get("api")}`;
    response.writeHead(refused ? 401 : 200, refused ? { "www-authenticate": 'Bearer error="invalid_token"' } : {});
    return response.end(body);
  }

  path.count += 1;
  path.last = { body, authorization: request.headers.authorization ?? "", contentType: request.headers["content-type"] ?? "" };
  if (searchParams.has("delay")) await new Promise((resolve) => setTimeout(resolve, Number(searchParams.get("delay"))));
  // A request that never gets a response, and later ones that do.
  if (/\/slow[^/]*$/.test(pathname) && path.count === 1) return;
  const [, clientId] = /\/admin\/clients\/(.+)$/.exec(pathname) ?? [];
  if (clientId) return say(200, { client_id: clientId, client_name: "reports" });
  if (searchParams.has("body")) return say(200, JSON.parse(searchParams.get("body")));
  if (searchParams.has("cut")) {
    response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
    return response.write('{"access_token":', () => response.destroy());
  }
  if (searchParams.has("redirect")) return say(307, {}, { location: pathname });
  if (searchParams.has("wrong")) return say(401, { error: "invalid_client" });
  if (searchParams.has("echo")) {
    const [, secret] = atob(path.last.authorization.slice(6)).split(":");
    const words = `no ${secret} and no ${decodeURIComponent(secret.replaceAll("+", " "))}`;
    return say(400, { error: "invalid_request", error_description: words });
  }
  if (searchParams.has("large")) return say(200, { ...grant(path.count), padding: "x".repeat(100_000) });
  if (searchParams.has("busy") && path.count === 1) return say(503, {});
  return say(200, grant(path.count));
}

/** Serves until it is closed. */
export async function startEndpoint() {
  const paths = new Map();
  const server = createServer((request, response) => {
    respond(request, response, paths).catch(() => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}
