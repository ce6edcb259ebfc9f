import { randomText } from "../core/random.js";
import type { Now } from "../core/time.js";
import type { Members, SentResource } from "./bodies.js";
import type { TfeClientState, TfeInsertedClient, TfeWriteOnlyMember } from "./options.js";
import { checkProjects, checkRelations, type Organization } from "./organizations.js";
import { type ClientFields, type ValidClient, validateChanges, validateCreation } from "./validation.js";

/** The personal access token of a client. */
export interface StoredToken {
  readonly id: string;
  readonly createdAt: string;
  readonly text: string;
  readonly sshKey: string | null;
}

/** A stored client. The secrets are not fields, so that no response contains them by mistake. */
export interface StoredClient extends Omit<ValidClient, "tokenText"> {
  readonly id: string;
  readonly organization: Organization;
  readonly uuid: string;
  readonly createdAt: string;
  readonly fields: ClientFields;
  /** Unknown attributes of an inserted client. */
  readonly extra: Members;
  readonly projects: readonly string[];
  readonly agentPool: string | null;
  /** At most one token. */
  readonly token: StoredToken | undefined;
}

/** The clients of one installation. @throws {ErrorResponse} from the methods of the API */
export interface ClientStore {
  /** Oldest first. */
  readonly all: () => readonly StoredClient[];
  readonly find: (id: string) => StoredClient | undefined;
  readonly findByToken: (tokenId: string) => StoredClient | undefined;
  readonly create: (organization: Organization, sent: SentResource) => StoredClient;
  readonly insert: (organization: Organization, client: TfeInsertedClient) => StoredClient;
  readonly change: (client: StoredClient, sent: SentResource) => StoredClient;
  readonly attach: (client: StoredClient, projects: readonly string[]) => void;
  readonly detach: (client: StoredClient, projects: readonly string[]) => void;
  readonly remove: (client: StoredClient) => void;
  /** Undefined keeps the key. */
  readonly setSshKey: (client: StoredClient, key: string | null | undefined) => StoredClient;
  readonly removeToken: (client: StoredClient) => void;
}

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const newId = (prefix: string) => `${prefix}-${randomText(16, alphanumerics)}`;

/** Creates an empty store. */
export function createClientStore(now: Now, organizations: ReadonlyMap<string, Organization>): ClientStore {
  const clients = new Map<string, StoredClient>();
  const nowText = () => new Date(now()).toISOString();
  const save = (client: StoredClient): StoredClient => {
    clients.set(client.id, client);
    return client;
  };
  const newToken = (text: string): StoredToken => ({ id: newId("ot"), createdAt: nowText(), text, sshKey: null });
  const add = (
    organization: Organization,
    { tokenText, ...valid }: ValidClient,
    rest: Pick<StoredClient, "extra" | "projects" | "agentPool">,
  ): StoredClient => {
    const [id, uuid, createdAt] = [newId("oc"), crypto.randomUUID(), nowText()];
    const token = tokenText === null ? undefined : newToken(tokenText);
    return save({ ...valid, ...rest, id, organization, uuid, createdAt, token });
  };

  return {
    all: () => [...clients.values()],
    find: (id) => clients.get(id),
    findByToken: (tokenId) => [...clients.values()].find(({ token }) => token?.id === tokenId),
    create(organization, sent) {
      const valid = validateCreation(sent.attributes);
      // The vendor accepts projects of other organizations in this request.
      checkRelations(organization, sent, { projects: allProjects(organizations) });
      return add(organization, valid, { extra: {}, projects: sent.projects ?? [], agentPool: sent.agentPool ?? null });
    },
    insert(organization, { attributes, projects = [], agentPool = null }) {
      const { valid, extra } = readInserted(attributes);
      return add(organization, valid, { extra, projects: [...projects], agentPool });
    },
    change(client, sent) {
      const { tokenText, ...valid } = validateChanges(client, sent.attributes);
      checkRelations(client.organization, sent, client.organization);
      const { projects = client.projects, agentPool = client.agentPool } = sent;
      // The token keeps its id, because workspaces refer to it.
      const changed = (text: string) => (client.token ? { ...client.token, text } : newToken(text));
      const token = tokenText === null ? client.token : changed(tokenText);
      return save({ ...client, ...valid, projects, agentPool, token });
    },
    attach(client, projects) {
      checkProjects(client.organization, projects, "/data");
      save({ ...client, projects: [...new Set([...client.projects, ...projects])] });
    },
    detach(client, projects) {
      checkProjects(client.organization, projects, "/data");
      save({ ...client, projects: client.projects.filter((project) => !projects.includes(project)) });
    },
    remove({ id }) {
      clients.delete(id);
    },
    setSshKey: (client, key) =>
      key === undefined || !client.token ? client : save({ ...client, token: { ...client.token, sshKey: key } }),
    removeToken(client) {
      save({ ...client, token: undefined });
    },
  };
}

function allProjects(organizations: ReadonlyMap<string, Organization>): ReadonlySet<string> {
  return new Set([...organizations.values()].flatMap(({ projects }) => [...projects]));
}

/** Returns the state of a client that no response has. */
export function stateOf({ secret, privateKey, token }: StoredClient): TfeClientState {
  const stored: Readonly<Record<TfeWriteOnlyMember, string | null>> = {
    secret,
    "private-key": privateKey,
    "oauth-token-string": token?.text ?? null,
    "ssh-key": token?.sshKey ?? null,
  };
  return {
    has: (member) => stored[member] !== null,
    holds: (member, value) => stored[member] === value,
  };
}

const emptyFields: ClientFields = {
  "service-provider": "github",
  "http-url": null,
  "api-url": null,
  name: null,
  key: null,
  "rsa-public-key": null,
  "organization-scoped": true,
  "ado-org-name": null,
  "ado-entra-tenant-id": null,
};

/** Attributes that are known and have a value become fields; all else is shown as it came. */
function readInserted(attributes: Members): { readonly valid: ValidClient; readonly extra: Members } {
  const { secret, "private-key": privateKey, "oauth-token-string": tokenText, ...shown } = attributes;
  const isField = ([name, value]: readonly [string, unknown]) => Object.hasOwn(emptyFields, name) && value !== undefined;
  const entries = Object.entries(shown);
  const asText = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
  return {
    valid: {
      fields: { ...emptyFields, ...Object.fromEntries(entries.filter(isField)) },
      secret: asText(secret),
      privateKey: asText(privateKey),
      tokenText: asText(tokenText),
    },
    extra: Object.fromEntries(entries.filter((entry) => !isField(entry))),
  };
}
