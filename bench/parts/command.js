// What the start of the command takes beyond an empty process, and a plan of ten clients against loopback.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { folder as consumer } from "../library.js";
import { digits, least, runAlone } from "../table.js";

const rounds = 12;
const dist = join(consumer, "node_modules/oauth-clients/dist");
const program = join(dist, "cli/main.js");

async function time(words, options = {}) {
  const from = performance.now();
  const child = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"], ...options });
  const code = await new Promise((resolve) => child.on("exit", resolve));
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}`);
  return performance.now() - from;
}

const configuration = (adminUrl) => `project: bench
environments: { local: { accounts: { ory: "${adminUrl}" } } }
providers: { ory: { ory: } }
clients:
${Array.from(
  { length: 10 },
  (_, index) =>
    `  client-${index}: { provider: ory, name: C${index}, grantTypes: [client_credentials], secretStore: { files: { directory: secrets } } }`,
).join("\n")}
`;

export async function measure() {
  const { simulateOry } = await import(pathToFileURL(join(dist, "testing.js")).href);
  const server = await simulateOry().listen();
  const folder = mkdtempSync(join(tmpdir(), "bench-command-"));
  const place = { cwd: folder, env: { ...process.env, ...server.env() } };
  writeFileSync(join(folder, "oauth-clients.config.yaml"), configuration(server.urls.admin));
  const spent = { empty: [], help: [], plan: [] };
  try {
    await time([program, "apply"], place);
    // In turns, so that a busy moment meets all.
    for (let round = 0; round < rounds; round++) {
      spent.empty.push(await time(["--eval", "0"]));
      spent.help.push(await time([program, "--help"]));
      spent.plan.push(await time([program, "plan"], place));
    }
  } finally {
    rmSync(folder, { recursive: true });
    await server.close();
  }
  const empty = least(spent.empty);
  const row = (figure, { value, spread }, target) => ({
    figure,
    ratio: "",
    ours: `${digits(value)} ms, give or take ${digits(Math.max(spread, empty.spread))}`,
    target: `<= ${target} ms`,
    met: value <= target,
    peers: "",
  });
  const help = least(spent.help);
  return [
    row("oauth-clients --help, over an empty process", { ...help, value: help.value - empty.value }, 120),
    row("oauth-clients plan, 10 clients that exist", least(spent.plan), 400),
  ];
}

await runAlone(import.meta.url, measure);
