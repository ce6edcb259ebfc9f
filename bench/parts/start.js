// What it takes to import the library and to get a first token with it, beyond what an empty process takes.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEndpoint } from "../endpoint.js";
import { fileOf } from "../library.js";
import { digits, least, runAlone, times } from "../table.js";

const rounds = 24;
const file = (path) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
const peersFile = file("../peers.js");
const nameOf = (program) => program.replace(/^\w+ /, "");
const entry = (name) => JSON.stringify(fileOf(name));

const programs = (tokenEndpoint) => {
  const url = JSON.stringify(tokenEndpoint);
  const request = `{ tokenEndpoint: ${url}, clientId: "client-1", clientAuthentication: clientSecretBasic("secret-1") }`;
  const first = (name) => `import { peers } from ${peersFile}; await (await peers[${JSON.stringify(name)}](${url})).grant();`;
  return {
    empty: "",
    "import ours": `import ${entry("token")};`,
    "import @badgateway/oauth2-client": 'import "@badgateway/oauth2-client";',
    "import oauth4webapi": 'import "oauth4webapi";',
    "first nodeFetch": `import { clientSecretBasic, requestToken } from ${entry("token")}; import { nodeFetch } from ${entry("node")};
      await requestToken(${request}, { fetch: nodeFetch() }); process.exit();`,
    "first oauth4webapi": `${first("oauth4webapi")} process.exit();`,
    "first @badgateway/oauth2-client": `${first("@badgateway/oauth2-client")} process.exit();`,
    "first simple-oauth2": `${first("simple-oauth2")} process.exit();`,
  };
};

async function time(program) {
  const from = performance.now();
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "ignore", "inherit"] });
  const code = await new Promise((resolve) => child.on("exit", resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return performance.now() - from;
}

export async function measure() {
  const endpoint = await startEndpoint();
  // Beside the peers, where their names are found.
  const folder = mkdtempSync(fileURLToPath(new URL("../node_modules/.start-", import.meta.url)));
  const texts = Object.entries(programs(endpoint.tokenEndpoint));
  const files = texts.map(([name, text], index) => {
    const path = join(folder, `${index}.mjs`);
    writeFileSync(path, text);
    return [name, path];
  });
  const spent = Object.fromEntries(texts.map(([name]) => [name, []]));
  try {
    // In turns, so that a busy moment meets all.
    for (let round = 0; round < rounds; round++) for (const [name, path] of files) spent[name].push(await time(path));
  } finally {
    rmSync(folder, { recursive: true });
    endpoint.close();
  }
  const empty = least(spent.empty);
  const over = (name) => least(spent[name]).value - empty.value;
  const row = (figure, ours, target, others) => {
    const spread = Math.max(least(spent[ours]).spread, empty.spread);
    // The machine was so busy that the empty process took as long, or that the two halves of the rounds do not agree.
    const isNoise = over(ours) <= 0 || spread > target / 2;
    const values = [["oauth-clients", ours], ...others.map((name) => [nameOf(name), name])];
    return {
      figure,
      ratio: isNoise ? "noise" : times(over(ours) / Math.min(...others.map(over))),
      ours: `${digits(over(ours))} ms, give or take ${digits(spread)}`,
      target: `<= ${target} ms`,
      met: !isNoise && over(ours) <= target,
      peers: others.map((name) => `${nameOf(name)} ${digits(over(name))} ms`).join("; "),
      ...(!isNoise && {
        compared: {
          title: `milliseconds: ${figure} (fewer is better)`,
          values: Object.fromEntries(values.map(([name, key]) => [name, Number(digits(over(key)))])),
        },
      }),
    };
  };
  const firsts = ["first simple-oauth2", "first @badgateway/oauth2-client", "first oauth4webapi"];
  return [
    row("import, over an empty process", "import ours", 4, ["import @badgateway/oauth2-client", "import oauth4webapi"]),
    row("first token with nodeFetch, over an empty process", "first nodeFetch", 15, firsts),
  ];
}

await runAlone(import.meta.url, measure);
