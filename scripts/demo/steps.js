// The parts of the demo. Each uses the clients of one configuration.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const file = "oauth-clients.config.yaml";

/** Plan, apply, an empty plan, a change. */
export async function applyTwice({ run, show, check }, { folder, keys }) {
  await run("check");
  const planned = await run("plan --out plan.json");
  check(planned.includes(`${keys.length} to create.`), `the plan creates ${keys.length} clients`);
  const applied = await run("apply --plan plan.json");
  check(applied.includes(`${keys.length} created.`), "every client is created, and every secret is stored");
  show("ls -l secrets");
  const secrets = readdirSync(join(folder, "secrets")).filter((name) => name.endsWith(".env"));
  for (const name of secrets) console.log(`${modeOf(join(folder, "secrets", name))}  ${name}`);
  const isPrivate = (name) => process.platform === "win32" || (statSync(join(folder, "secrets", name)).mode & 0o077) === 0;
  check(secrets.length > 0 && secrets.every(isPrivate), "only this user can read them");
  await run("plan --exit-code", { text: "exit code 0: the next plan is empty" });
}

function modeOf(path) {
  return (statSync(path).mode & 0o777).toString(8);
}

/** An update of a declared field. */
export async function update({ run, show }, { folder }) {
  show(`sed -i 's/scopes: .read, write./scopes: [read, write, admin]/' ${file}`);
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(/scopes: \[ ?read, write ?\]/, "scopes: [read, write, admin]"));
  await run("plan --exit-code --only api-service", { code: 2, text: "exit code 2: there are changes" });
  await run("apply --only api-service");
}

/** A rotation in two stages, with a token from the old and the new secret. Released versions of Hydra refuse it and change nothing. */
export async function rotate({ run, start, show, check, curl, credentialsOf }) {
  const { clients } = JSON.parse(await run("output --json --only api-service", { silent: true }));
  const { tokenEndpoint } = clients["api-service"].values;
  const old = credentialsOf("api-service");
  const requestWith = async (name, { clientId, clientSecret }) => {
    const body = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, scope: "read" };
    const line = `-d grant_type=client_credentials -d scope=read -d client_id=${clientId} -d client_secret=$${name} ${tokenEndpoint}`;
    return curl(line, tokenEndpoint, { method: "POST", body: new URLSearchParams(body) });
  };
  show("oauth-clients rotate api-service --begin");
  const { code, stdout, stderr } = await start(["rotate", "api-service", "--begin"], "all");
  if (code === 1 && /no\s+secret\s+rotation/.test(stdout + stderr)) {
    check(
      (await requestWith("OLD_SECRET", old)).status === 200,
      "exit code 1: nothing has changed, the secret still gets a token",
    );
    return;
  }
  check(code === 0, "exit code 0");
  const next = credentialsOf("api-service");
  check(
    next.clientId === old.clientId && next.clientSecret !== old.clientSecret,
    "the store has a new secret of the same client",
  );
  check((await requestWith("OLD_SECRET", old)).status === 200, "the old secret still gets a token");
  check((await requestWith("NEW_SECRET", next)).status === 200, "the new secret gets a token");
  await run("rotate api-service --finish");
  check((await requestWith("OLD_SECRET", old)).status === 401, "the old secret gets no token any more (401)");
  check((await requestWith("NEW_SECRET", next)).status === 200, "the new secret gets a token");
}

/** OVHcloud's guide: a service account with a policy gets a token, may call one API, and no other. */
export async function followGuide({ run, check, curl }, { apiUrl, webHosting }) {
  const token = (await run("token web-hosting", { silent: true })).trim();
  check(token.length > 20, "the service account gets a token (not shown)");
  const call = (path) =>
    curl(`-H "Authorization: Bearer $TOKEN" ${apiUrl}${path}`, `${apiUrl}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
  const granted = await call(`/v1/hosting/web/${webHosting}`);
  check(granted.status === 200 && granted.body?.serviceName === webHosting, "200: its policy allows the web hosting plan");
  const refused = await call("/v1/me/api/oauth2/client");
  const missing = refused.body?.details?.unauthorizedActionsByIAM;
  check(refused.status === 403 && missing !== undefined, `403: the policy does not allow ${missing}`);
}

/** The clients with their state, and the deletion of all. */
export async function finish({ run, check }, { keys, folder }) {
  const listed = await run("list");
  check(
    keys.every((key) => listed.includes(key)),
    "every client is listed",
  );
  const destroyed = await run("destroy --confirm demo");
  check(destroyed.includes(`${keys.length} deleted.`), "every client is deleted");
  const left = JSON.parse(await run("list --json", { silent: true })).clients;
  check(
    left.every(({ state }) => state === "not_created"),
    "no client is left",
  );
  const secrets = readdirSync(join(folder, "secrets")).filter((name) => name.endsWith(".env"));
  check(secrets.length === 0, "no secret is left");
}
