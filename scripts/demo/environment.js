// Where the demo runs: on simulators, or with --real on the accounts that the environment variables name.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";

const root = fileURLToPath(new URL("../../", import.meta.url));
const vendorVariable = /^(ORY|OVH|GENESYSCLOUD|TFE|TF_TOKEN)_|^(NODE_OPTIONS|FORCE_COLOR)$/;

/** The built command. It is built where it is missing or older than the sources. `OAUTH_CLIENTS_CLI` names another one. */
export function findCommand() {
  const named = process.env.OAUTH_CLIENTS_CLI;
  if (named !== undefined) return named;
  const built = join(root, "dist/cli/main.js");
  const sources = readdirSync(join(root, "src"), { recursive: true }).map((name) => statSync(join(root, "src", name)).mtimeMs);
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...sources)) return built;
  console.log("Building the command ...");
  const tsup = join(root, "node_modules/tsup/dist/cli-default.js");
  for (const options of [["--no-dts"], ["--config", "tsup.cli.config.ts"]]) {
    const { status } = spawnSync(process.execPath, [tsup, ...options], { cwd: root, stdio: "inherit" });
    if (status !== 0) throw new Error("the build failed");
  }
  return built;
}

/** The environment without the variables of the vendors: a variable that is left over must not lead to a real account. */
export function withoutVendors(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !vendorVariable.test(name)));
}

/** Starts the simulators of all vendors, as `oauth-clients simulate` does. */
export async function startSimulators(cli) {
  console.log("\n$ oauth-clients simulate");
  const child = spawn(process.execPath, [cli, "simulate", "--json"], {
    env: withoutVendors(process.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const closed = new Promise((resolve) => child.once("close", resolve));
  await new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
      if (stderr.includes("running")) resolve();
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error(`the simulators did not start: ${stderr}`)));
  });
  const { env, accounts } = JSON.parse(stdout);
  for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${value}`);
  const close = async () => {
    child.kill();
    await closed;
  };
  return { env, accounts, apiUrl: env.OVH_ENDPOINT, webHosting: "xxxxxxx.cluster001.hosting.ovh.net", close };
}

const managers = {
  ory: async (env) => {
    const { createOryManager, oryOptionsFromEnv } = await import("oauth-clients/ory");
    return createOryManager(oryOptionsFromEnv(env));
  },
  ovh: async (env) => {
    const { createOvhManager, ovhOptionsFromEnv } = await import("oauth-clients/ovh");
    return createOvhManager(ovhOptionsFromEnv(env));
  },
  genesys: async (env) => {
    const { createGenesysManager, genesysOptionsFromEnv } = await import("oauth-clients/genesys");
    return createGenesysManager(genesysOptionsFromEnv(env));
  },
  tfe: async (env) => {
    const { createTfeManager, tfeOptionsFromEnv } = await import("oauth-clients/tfe");
    return createTfeManager(tfeOptionsFromEnv(env));
  },
};

/** The names of the vendors. */
export const vendors = Object.keys(managers);

/** Uses the accounts of the environment variables. */
export async function useRealAccounts(wanted, env) {
  const accounts = {};
  for (const vendor of wanted) accounts[vendor] = await (await managers[vendor](env)).account();
  const apiUrl = accounts.ovh && { eu: "https://eu.api.ovh.com", ca: "https://ca.api.ovh.com" }[accounts.ovh.split("/")[0]];
  return { env, accounts, apiUrl, webHosting: env.OVH_WEB_HOSTING, close: async () => {} };
}

/** Writes the configuration for some accounts, and returns the keys of its clients. */
export function writeConfiguration(folder, accounts, webHosting) {
  const document = parseDocument(readFileSync(join(root, "examples/demo/oauth-clients.config.yaml"), "utf8"));
  const isUsed = (vendor) => accounts[vendor] !== undefined;
  for (const vendor of vendors) {
    if (isUsed(vendor)) document.setIn(["environments", "local", "accounts", vendor], accounts[vendor]);
    else
      for (const path of [
        ["environments", "local", "accounts", vendor],
        ["providers", vendor],
      ])
        document.deleteIn(path);
  }
  const clients = Object.entries(document.toJS().clients);
  const keys = [];
  for (const [key, { provider, access }] of clients) {
    if (!isUsed(provider) || (access && webHosting === undefined)) document.deleteIn(["clients", key]);
    else keys.push(key);
    if (keys.at(-1) === key && access)
      document.setIn(["clients", key, "access", 0, "resources", 0], access[0].resources[0].replace(/[^:]+$/, webHosting));
  }
  writeFileSync(
    join(folder, "oauth-clients.config.yaml"),
    document.toString({ lineWidth: 120, flowCollectionPadding: false }).replace(/^(#.*\n)+/, ""),
  );
  return keys;
}
