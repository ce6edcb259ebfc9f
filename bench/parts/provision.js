// Provisioning of 1,000 Ory clients: a server in a process of its own that responds after 20 ms, eight requests at once, secrets and
// journals in files. The limit is the time that the requests alone take: their number x the time of one request / 8, where the time of
// one request is that of a bare loop over `fetch` in the same run. A create needs its create, a token that verifies the secret, and one
// read-back. The second plan needs one listing; it is held to one read each, and its requests are counted.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { folder } from "../library.js";
import { digits, runAlone, times } from "../table.js";

const clients = 1_000;
const concurrency = 8;
const latencyMs = 20;
const many = 10_000;
const mostMegabytes = 300;
const file = fileURLToPath(import.meta.url);
const load = (name) => import(pathToFileURL(join(folder, "node_modules/oauth-clients/dist", `${name}.js`)).href);

/** The server: the parts of Ory's API that provisioning needs. `unmanaged` clients exist from the start. */
async function serveVendor(unmanaged) {
  const byId = new Map();
  const add = (record) => byId.set(record.client_id, { created_at: "2026-11-20T12:00:00Z", ...record });
  for (let index = 0; index < unmanaged; index++)
    add({ client_id: `other-${index}`, client_name: `Other ${index}`, grant_types: ["client_credentials"], scope: "read" });
  let requests = 0;
  const respond = ({ method, url }, text) => {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    if (pathname === "/requests") return { status: 200, body: { requests } };
    requests++;
    if (pathname === "/oauth2/token")
      return { status: 200, body: { access_token: "token", token_type: "bearer", expires_in: 3600 } };
    const id = /^\/admin\/clients\/(.+)$/.exec(pathname)?.[1];
    if (id !== undefined)
      return byId.has(id) ? { status: 200, body: byId.get(id) } : { status: 404, body: { error: "not found" } };
    if (method === "POST") {
      const { client_secret: _, ...record } = JSON.parse(text);
      add(record);
      return { status: 201, body: { ...byId.get(record.client_id), ...JSON.parse(text) } };
    }
    const from = Number(searchParams.get("page_token") ?? 0);
    const to = from + Number(searchParams.get("page_size"));
    const link = to < byId.size ? { link: `</admin/clients?page_token=${to}>; rel="next"` } : {};
    return { status: 200, headers: link, body: [...byId.values()].slice(from, to) };
  };
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const { status, headers, body } = respond(request, text);
      const end = () =>
        response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
      setTimeout(end, latencyMs);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", 1024, resolve));
  process.on("disconnect", () => process.exit());
  process.send(`http://127.0.0.1:${server.address().port}`);
}

/** A `fetch` that sends so many requests at once, those of token endpoints included. */
function limited(most) {
  let free = most;
  const waiting = [];
  return async (...call) => {
    if (free === 0) await new Promise((resolve) => waiting.push(resolve));
    else free--;
    try {
      return await fetch(...call);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

/** A configuration of `count` clients. A folder has the files of a hundred of them. */
async function configure(url, directory, count) {
  const { fileStore, loadConfig } = await load("provision/index");
  const { oryProvider } = await load("ory/provider");
  const options = { adminUrl: url, publicUrl: url, apiKey: "api-key", limits: { concurrency }, fetch: limited(concurrency) };
  const ory = oryProvider(() => options);
  const declare = (index) => {
    const home = join(directory, String(index % 100));
    mkdirSync(home, { recursive: true });
    return ory.client(
      { name: `Client ${index}`, grantTypes: ["client_credentials"], scopes: ["read", "write"] },
      { secretStore: fileStore({ path: join(home, `${index}.env`) }) },
    );
  };
  const configuration = {
    project: "bench",
    environments: { test: { accounts: { ory: url } } },
    clients: () => Object.fromEntries(Array.from({ length: count }, (_, index) => [`client-${index}`, declare(index)])),
  };
  return loadConfig(configuration, "test");
}

async function timed(work) {
  const startedAt = performance.now();
  const value = await work();
  return { ms: performance.now() - startedAt, value };
}

/** The candidate: what it measures is sent to the parent. */
async function serveCandidate(url, directory) {
  const { apply, plan } = await load("provision/index");
  const configuration = await configure(url, directory, clients);
  const requests = async () => (await (await fetch(`${url}/requests`)).json()).requests;
  const before = await requests();
  const applied = await timed(() => apply(configuration));
  const failed = applied.value.clients.filter(({ status }) => status !== "done");
  if (failed.length > 0) throw new Error(`${failed.length} of ${clients} failed: ${failed[0].message}`);
  const between = await requests();
  const planned = await timed(() => plan(configuration));
  if (planned.value.actions.some(({ action }) => action !== "none")) throw new Error("the second plan is not empty");
  const after = await requests();
  process.send({
    applyMs: applied.ms,
    applyRequests: between - before,
    planMs: planned.ms,
    planRequests: after - between,
  });
}

/** A bare loop over `fetch`: the milliseconds of one request, at the same concurrency. */
async function measureRequest(url) {
  const body = JSON.stringify({ client_id: "bare", client_name: "Bare" });
  let left = clients;
  const work = async () => {
    while (left-- > 0) {
      const response = await fetch(`${url}/admin/clients`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      await response.json();
    }
  };
  const { ms } = await timed(() => Promise.all(Array.from({ length: concurrency }, work)));
  return (ms * concurrency) / clients;
}

async function serveMany(url, directory) {
  const { plan } = await load("provision/index");
  const configuration = await configure(url, directory, many);
  const { ms, value } = await timed(() => plan(configuration));
  if (value.actions.filter(({ action }) => action === "create").length !== many) throw new Error("the plan is incomplete");
  process.send({ ms, megabytes: process.resourceUsage().maxRSS / 1_024 });
}

async function inProcesses(unmanaged, flag) {
  const directory = mkdtempSync(join(tmpdir(), "bench-provision-"));
  const server = fork(file, ["--vendor", String(unmanaged)]);
  try {
    const [url] = await once(server, "message");
    const requestMs = flag === "--candidate" ? await measureRequest(url) : 0;
    const child = fork(file, [flag, url, directory]);
    const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`the process ended with ${code}`)));
    const [report] = await Promise.race([once(child, "message"), ended]);
    return { ...report, requestMs };
  } finally {
    server.disconnect();
    rmSync(directory, { recursive: true, force: true });
  }
}

export async function measure() {
  const { applyMs, applyRequests, planMs, planRequests, requestMs } = await inProcesses(0, "--candidate");
  const { ms, megabytes } = await inProcesses(many, "--many");
  const row = (figure, ownMs, requests, peer) => {
    const limitMs = (requests * requestMs) / concurrency;
    return {
      figure,
      ratio: times(ownMs / limitMs),
      ours: `${digits(ownMs / 1_000)} s`,
      target: `<= 1.15x of ${requests} requests: ${digits(limitMs / 1_000)} s`,
      met: ownMs / limitMs <= 1.15,
      peers: peer,
    };
  };
  return [
    row(`apply of ${clients} clients, ${applyRequests} requests`, applyMs, 3 * clients + 1, "Terraform 65 s (1,000 requests)"),
    row(`second plan of ${clients} clients, ${planRequests} requests`, planMs, clients, "Terraform 22 s (1,000 requests)"),
    {
      figure: `memory of a plan of ${many} clients in an account of ${many} others`,
      ratio: times(megabytes / mostMegabytes),
      ours: `${digits(megabytes)} MB, ${digits(ms / 1_000)} s`,
      target: `<= ${mostMegabytes} MB`,
      met: megabytes <= mostMegabytes,
      peers: "-",
    },
  ];
}

const [flag, ...values] = process.argv.slice(2);
if (flag === "--vendor") await serveVendor(Number(values[0]));
else if (flag === "--candidate") await serveCandidate(...values);
else if (flag === "--many") await serveMany(...values);
else await runAlone(import.meta.url, measure);
