// A token endpoint on a loopback port, in a process of its own so that what is measured does not share its time.
// Controlled by messages: `{ set }` changes the responses, `{ count: true }` requests the number of requests.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(import.meta.url);

/** Starts the process. `options`: delayMs, lifetimeSeconds; status, headers and body in the place of a
 * grant; revoked, the token that /api rejects; elsewhere, the response of /elsewhere. */
export async function startEndpoint(options = {}) {
  const child = fork(file, [], { env: { ...process.env, ENDPOINT_OPTIONS: JSON.stringify(options) } });
  const [origin] = await once(child, "message");
  const ask = async (message) => {
    const reply = once(child, "message");
    child.send(message);
    return (await reply)[0];
  };
  return {
    origin,
    tokenEndpoint: `${origin}/token`,
    count: () => ask({ count: true }),
    /** Begins anew with other options. */
    set: (changes) => ask({ set: changes }),
    close: () => child.kill("SIGKILL"),
  };
}

if (process.argv[1] === file) {
  let options = JSON.parse(process.env.ENDPOINT_OPTIONS ?? "{}");
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      if (request.url.startsWith("/api")) {
        const refused = request.headers.authorization === `Bearer ${options.revoked}`;
        const respond = () => {
          response.writeHead(refused ? 401 : 200, refused ? { "www-authenticate": 'Bearer error="invalid_token"' } : {});
          response.end("{}");
        };
        // Refusals come in at different times, as those of many calls in flight do.
        return refused ? setTimeout(respond, Math.random() * 100) : respond();
      }
      if (request.url === "/elsewhere") {
        response.writeHead(200, { "content-type": "application/json" });
        return response.end(options.elsewhere);
      }
      count += 1;
      const grant = { access_token: `token-${count}`, token_type: "Bearer", expires_in: options.lifetimeSeconds ?? 3_600 };
      const text = options.body ?? JSON.stringify(grant);
      const respond = () => {
        response.writeHead(options.status ?? 200, options.headers ?? { "content-type": "application/json" });
        response.end(text);
      };
      if (options.delayMs) setTimeout(respond, options.delayMs);
      else respond();
    });
  });
  server.listen(0, "127.0.0.1", 1024, () => process.send(`http://127.0.0.1:${server.address().port}`));
  process.on("message", ({ set }) => {
    if (set) {
      options = set;
      count = 0;
    }
    process.send(count);
  });
  process.on("disconnect", () => process.exit());
}
