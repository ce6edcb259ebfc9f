// What a manager adds to the requests that it sends: 500 creates, 8 at once, beside a bare loop over `fetch` with the same bodies. The
// server is a process of its own and responds at once. Each candidate has a process of its own too; they take turns, so that a busy
// moment meets all of them. Processor time is that of the candidate's process alone.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { load } from "../library.js";
import { digits, least, runAlone, times } from "../table.js";

const creates = 500;
const concurrency = 8;
const rounds = 10;
const file = fileURLToPath(import.meta.url);

const input = (index) => ({ name: `client ${index}`, grantTypes: ["client_credentials"], scopes: ["read", "write"] });

const candidates = {
  fetch: async (url) => {
    const headers = { accept: "application/json", "content-type": "application/json", authorization: "Bearer api-key" };
    return async (index) => {
      const { name, grantTypes, scopes } = input(index);
      const body = {
        client_name: name,
        grant_types: grantTypes,
        scope: scopes.join(" "),
        client_id: crypto.randomUUID(),
        client_secret: `${crypto.randomUUID()}${crypto.randomUUID()}`,
      };
      const response = await fetch(`${url}/admin/clients`, { method: "POST", headers, body: JSON.stringify(body) });
      if (response.status !== 201) throw new Error(`status ${response.status}`);
      return (await response.json()).client_id;
    };
  },
  manager: async (url) => {
    const { createOryManager } = await load("ory");
    const ory = createOryManager({ adminUrl: url, apiKey: "api-key", limits: { concurrency } });
    return async (index) => (await ory.create(input(index))).client.id;
  },
};

/** The server: creates every client that it is sent. */
async function serveVendor() {
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const record = {
        ...JSON.parse(text),
        token_endpoint_auth_method: "client_secret_basic",
        created_at: "2026-11-20T12:00:00Z",
      };
      response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(record));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", 1024, resolve));
  process.on("disconnect", () => process.exit());
  process.send(`http://127.0.0.1:${server.address().port}`);
}

/** Works as one candidate: creates the clients each time that it is told to, and sends the milliseconds and processor milliseconds. */
async function serveCandidate(name, url) {
  const create = await candidates[name](url);
  process.on("message", async () => {
    const from = performance.now();
    const cpuFrom = process.cpuUsage();
    let next = 0;
    const work = async () => {
      while (next < creates) if (typeof (await create(next++)) !== "string") throw new Error("no client");
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    const { user, system } = process.cpuUsage(cpuFrom);
    process.send({ wallMs: performance.now() - from, cpuMs: (user + system) / 1_000 });
  });
  process.on("disconnect", () => process.exit());
  process.send("ready");
}

export async function measure() {
  const server = fork(file, ["--vendor"]);
  const [url] = await once(server, "message");
  const members = [];
  for (const name of Object.keys(candidates)) {
    const child = fork(file, ["--candidate", name, url]);
    await once(child, "message");
    const run = async () => {
      const report = once(child, "message");
      child.send("run");
      return (await report)[0];
    };
    // The first rounds compile the code.
    for (let round = 0; round < 3; round++) await run();
    members.push({ name, child, run, wallMs: [], cpuMs: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { run, wallMs, cpuMs } of members) {
      const report = await run();
      wallMs.push(report.wallMs);
      cpuMs.push(report.cpuMs);
    }
  }
  for (const { child } of [...members, { child: server }]) child.disconnect();
  const [bare, ours] = members;
  const row = (figure, name, most) => {
    const [base, own] = [least(bare[name]).value, least(ours[name]).value];
    return {
      figure: `${figure} of ${creates} creates, ${concurrency} at once`,
      ratio: times(own / base),
      ours: `${digits(own)} ms`,
      target: `<= ${most.toFixed(2)}x a loop over fetch`,
      met: own / base <= most,
      peers: `fetch ${digits(base)} ms`,
    };
  };
  return [row("wall time", "wallMs", 1.1), row("processor time", "cpuMs", 1.5)];
}

const [flag, name, vendorUrl] = process.argv.slice(2);
if (flag === "--vendor") await serveVendor();
else if (flag === "--candidate") await serveCandidate(name, vendorUrl);
else await runAlone(import.meta.url, measure);
