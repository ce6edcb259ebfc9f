import { type ConfigurationIssue, InvalidConfigurationError } from "./errors.js";
import { nameProblem } from "./marker.js";
import { parseDuration } from "./rotation-dates.js";
import { secretStoreOf } from "./run.js";
import type { Configuration } from "./run-types.js";
import type { DeclaredClient } from "./types.js";

/** Validates a whole configuration and returns every issue, each with the client's key and the field. Sends nothing. */
export function check(configuration: Configuration): readonly ConfigurationIssue[] {
  const { project, environment, accounts, clients, removed, providers, journal } = configuration;
  const issues: ConfigurationIssue[] = [];
  const add = (key: string, path: string, message: string | undefined) => {
    if (message !== undefined) issues.push({ key, path, message });
  };
  add("", "project", nameProblem("project", project));
  add("", "environment", nameProblem("environment", environment));
  const names = providers.map(({ name }) => name);
  for (const name of new Set(names)) {
    const account = accounts[name];
    const path = `environments.${environment}.accounts.${name}`;
    if (typeof account !== "string" || account === "") add("", path, "required: the account that the provider must belong to");
    if (names.filter((one) => one === name).length > 1) add("", `providers.${name}`, "two providers have this name");
  }
  for (const provider of providers)
    for (const issue of provider.check()) add("", `providers.${provider.name}.${issue.path}`, issue.message);
  for (const [key, declared] of Object.entries(clients)) {
    add(key, "", nameProblem("key", key));
    for (const { path, message } of [...declared.check(), ...policyIssues(configuration, declared)]) add(key, path, message);
    if (canRequest(declared) === false)
      add(key, "verifyWith", "the provider's options name no token endpoint: set one, or declare verifyWith: false");
  }
  for (const [key, { secretStore }] of Object.entries(removed)) {
    add(key, "", nameProblem("key", key));
    if (Object.hasOwn(clients, key)) add(key, "removed", "the client is declared");
    if (secretStore === undefined && journal === undefined)
      add(key, "removed", "required: a secretStore, or the project's journal");
  }
  return [...issues, ...sharedValues(configuration), ...sharedNames(configuration)];
}

/** @throws {InvalidConfigurationError} with every issue */
export function requireValid(configuration: Configuration, only: readonly string[] | undefined): void {
  const known = [...Object.keys(configuration.clients), ...Object.keys(configuration.removed)];
  const unknown = (only ?? []).filter((key) => !known.includes(key));
  const issues = [...check(configuration), ...unknown.map((key) => ({ key, path: "", message: "no client has this key" }))];
  if (issues.length > 0) throw new InvalidConfigurationError(issues);
}

// Otherwise the verification would fail after the client was created. The issues of the provider's own options are reported as such.
function canRequest({ provider, verify, output }: DeclaredClient): boolean | undefined {
  if (verify === undefined || output === undefined || provider.check().length > 0) return undefined;
  return output({ vendor: provider.vendor, id: "id", name: "" }).tokenEndpoint !== undefined;
}

function policyIssues({ clients, removed, journal }: Configuration, { policy, hasSecret, provider }: DeclaredClient) {
  const issues: { path: string; message: string }[] = [];
  const add = (path: string, message: string) => issues.push({ path, message });
  const { secretStore, rotation, secret, adopt, formerly, marker } = policy;
  const store = secretStoreOf(policy);
  const isManaged = hasSecret && secret !== "unmanaged";
  if (isManaged && secretStore === undefined) add("secretStore", "required: the vendor issues a secret for this client");
  if (!isManaged && secretStore !== undefined)
    add("secretStore", hasSecret ? "the secret is unmanaged" : "the vendor issues no secret for this client");
  if (secret === "unmanaged" && adopt === undefined)
    add("adopt", "required: only a client that exists can have an unmanaged secret");
  if (store === undefined && journal === undefined && (!isManaged || secretStore !== undefined))
    add("journal", "required in the configuration, beside clients: this client has no readable secret store");
  if (formerly !== undefined && (Object.hasOwn(clients, formerly) || Object.hasOwn(removed, formerly)))
    add("formerly", "a declared or removed client has this key");
  if (marker === false && provider.identifiedBy === "id")
    add("marker", "has no effect: this vendor's marker is not visible to people");
  for (const name of ["every", "overlap"] as const) {
    const value = rotation?.[name];
    if (value !== undefined && parseDuration(value) === undefined)
      add(`rotation.${name}`, "expected a duration, such as 90d, 24h, 30m or 10s");
  }
  return issues;
}

// Two declarations of one client would change it back and forth, and two secrets in one document would overwrite each other.
function sharedValues({ project, environment, clients }: Configuration): ConfigurationIssue[] {
  const owners = new Map<string, string>();
  return Object.entries(clients).flatMap(([key, { policy, provider, idOf }]) => {
    const id = policy.adopt ?? idOf?.({ project, environment, key });
    const values = [
      { path: "secretStore", what: "store", value: secretStoreOf(policy)?.location },
      { path: policy.adopt === undefined ? "clientId" : "adopt", what: "client", value: id && `${provider.name} ${id}` },
      { path: "formerly", what: "former key", value: policy.formerly },
    ];
    return values.flatMap(({ path, what, value }) => {
      if (value === undefined) return [];
      const name = `${what}: ${value}`;
      const owner = owners.get(name);
      owners.set(name, owner ?? key);
      return owner === undefined ? [] : [{ key, path, message: `${owner} has the same ${name}` }];
    });
  });
}

// After an interruption a client without a marker is found again by its name and address, so no other client may have them.
function sharedNames({ clients }: Configuration): ConfigurationIssue[] {
  const byName = new Map<string, [key: string, declared: DeclaredClient][]>();
  for (const [key, declared] of Object.entries(clients)) {
    const group = `${declared.provider.name} ${declared.fields.name ?? ""}`;
    byName.set(group, [...(byName.get(group) ?? []), [key, declared]]);
  }
  return [...byName.values()].flatMap((group) =>
    group.flatMap(([key, { policy, provider, matches }], index) => {
      if (policy.adopt !== undefined || (provider.identifiedBy !== "name" && policy.marker !== false)) return [];
      const same = group.find(
        ([, { fields }], other) =>
          other !== index && matches?.({ vendor: provider.vendor, id: "", name: "", ...fields }) === true,
      );
      if (same === undefined) return [];
      return [{ key, path: "name", message: `${same[0]} has the same name and address, and the client has no marker` }];
    }),
  );
}
