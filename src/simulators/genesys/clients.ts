import { randomToken } from "../core/random.js";
import type { Now } from "../core/time.js";
import type { Members } from "./bodies.js";
import { general, notFound, platform } from "./errors.js";
import type { GenesysInsertedClient, GenesysSimulatorOptions } from "./options.js";
import type { ClientFields, ValidClient } from "./validation.js";

/** A stored client. The secret is not one of the fields, so that no response contains it by mistake. */
export interface StoredClient extends ValidClient {
  readonly id: string;
  readonly secret: string;
  /** Neither listed nor readable: the administrator. */
  readonly hidden: boolean;
  /** Deleted, and still readable for seven days. */
  readonly scheduled: boolean;
  readonly dateCreated: string;
  readonly dateModified: string;
  /** Ids of the clients that created and last changed it. Undefined for an inserted client. */
  readonly createdBy: string | undefined;
  readonly modifiedBy: string | undefined;
}

/** The clients of one organization. @throws {ErrorResponse} from the methods of the API */
export interface ClientStore {
  /** All visible clients, oldest first. */
  readonly all: () => readonly StoredClient[];
  /** The clients that reads return, with the replication lag. */
  readonly listed: () => readonly StoredClient[];
  /** Includes hidden clients. */
  readonly find: (id: string) => StoredClient | undefined;
  /** For writes. @throws {ErrorResponse} 404 */
  readonly get: (id: string) => StoredClient;
  /** For reads, with the replication lag. @throws {ErrorResponse} 404 */
  readonly read: (id: string) => StoredClient;
  readonly create: (valid: ValidClient, by: string) => StoredClient;
  readonly replace: (client: StoredClient, valid: ValidClient, by: string) => StoredClient;
  readonly renewSecret: (client: StoredClient, by: string) => StoredClient;
  /** Deletes the client, or schedules its deletion. */
  readonly remove: (client: StoredClient) => "deleted" | "scheduled";
  /** Disables the client, which only the vendor can. @throws {TypeError} the client does not exist */
  readonly disable: (id: string) => void;
  readonly insert: (client: GenesysInsertedClient & { readonly hidden?: boolean }) => StoredClient;
}

type StoreSettings = Pick<GenesysSimulatorOptions, "replicationLagMs" | "scheduledState" | "maximumClients"> & {
  readonly now: Now;
};

/** The state of a client from an instant on. Undefined: deleted. */
interface Version {
  readonly atMs: number;
  readonly client: StoredClient | undefined;
}

const dayMs = 86_400_000;

/** Creates an empty store. */
export function createClientStore({
  now,
  replicationLagMs = 0,
  scheduledState = "deleted",
  maximumClients = Number.POSITIVE_INFINITY,
}: StoreSettings): ClientStore {
  const histories = new Map<string, readonly Version[]>();
  const nowMs = () => now();
  const nowText = () => new Date(now()).toISOString();

  const unlessExpired = (client: StoredClient | undefined): StoredClient | undefined => {
    const end = client?.fields.dateToDelete;
    return end !== undefined && Date.parse(end) <= nowMs() ? undefined : client;
  };
  const current = (id: string) => unlessExpired(histories.get(id)?.at(-1)?.client);
  const replicated = (id: string) => {
    if (replicationLagMs === 0) return current(id);
    const horizonMs = nowMs() - replicationLagMs;
    return unlessExpired(histories.get(id)?.findLast(({ atMs }) => atMs <= horizonMs)?.client);
  };
  const write = (id: string, client: StoredClient | undefined) => {
    histories.set(id, [...(histories.get(id) ?? []), { atMs: nowMs(), client }]);
  };
  const save = (client: StoredClient): StoredClient => {
    write(client.id, client);
    return client;
  };
  const every = (find: (id: string) => StoredClient | undefined) =>
    [...histories.keys()].flatMap((id) => find(id) ?? []).filter(({ hidden }) => !hidden);
  const visible = (id: string, client: StoredClient | undefined): StoredClient => {
    if (!client || client.hidden) throw notFound("client", id);
    return client;
  };
  const changeable = (client: StoredClient): StoredClient => {
    if (client.scheduled) throw general("The client is deleted.");
    return client;
  };

  return {
    all: () => every(current),
    listed: () => every(replicated),
    find: current,
    get: (id) => visible(id, current(id)),
    read: (id) => visible(id, replicated(id)),
    create(valid, by) {
      if (every(current).length >= maximumClients) {
        throw platform(400, {
          code: "auth.too.many.clients",
          message: "The organization has as many clients as it may have.",
          limit: { key: "clients", namespace: "oauth", value: maximumClients },
        });
      }
      const date = nowText();
      return save({
        ...valid,
        id: crypto.randomUUID(),
        secret: randomToken(),
        hidden: false,
        scheduled: false,
        dateCreated: date,
        dateModified: date,
        createdBy: by,
        modifiedBy: by,
      });
    },
    replace(client, valid, by) {
      const { state } = changeable(client).fields;
      if (state === "disabled" && valid.fields.state === "active")
        throw general("The client is disabled. Only the vendor's support makes it active again.");
      return save({ ...client, ...valid, dateModified: nowText(), modifiedBy: by });
    },
    renewSecret: (client, by) =>
      save({ ...changeable(client), secret: randomToken(), dateModified: nowText(), modifiedBy: by }),
    remove(client) {
      // A second deletion gets 404.
      if (client.scheduled) throw notFound("client", client.id);
      if (client.fields.state !== "inactive") throw general("The client has to be inactive before it can be deleted.");
      if (nowMs() - Date.parse(client.dateCreated) <= 30 * dayMs) {
        write(client.id, undefined);
        return "deleted";
      }
      const dateToDelete = new Date(nowMs() + 7 * dayMs).toISOString();
      save({ ...client, scheduled: true, fields: { ...client.fields, state: scheduledState, dateToDelete } });
      return "scheduled";
    },
    disable(id) {
      const client = current(id);
      if (!client) throw new TypeError("simulateGenesys: there is no client with this id");
      save({ ...client, fields: { ...client.fields, state: "disabled" } });
    },
    insert({ id = crypto.randomUUID(), secret = randomToken(), hidden = false, fields: sent }) {
      if (current(id)) throw new TypeError("simulateGenesys: the id of the client is taken");
      const { fields, extra } = readInserted(sent);
      const now = nowText();
      const instant = (value: unknown) => (typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : now);
      const client: StoredClient = {
        id,
        secret,
        hidden,
        scheduled: fields.state === "deleted",
        fields,
        extra,
        dateCreated: instant(sent.dateCreated),
        dateModified: instant(sent.dateModified),
        createdBy: undefined,
        modifiedBy: undefined,
      };
      // An inserted client has no replication lag.
      histories.set(id, [{ atMs: Number.NEGATIVE_INFINITY, client }]);
      return client;
    },
  };
}

const emptyFields: ClientFields = {
  name: "",
  description: undefined,
  authorizedGrantType: "CLIENT-CREDENTIALS",
  accessTokenValiditySeconds: 86_400,
  registeredRedirectUri: [],
  scope: [],
  roleDivisions: [],
  state: "active",
  dateToDelete: undefined,
};

/** Separates known fields with a value from all others, which are returned unchanged. */
function readInserted(sent: Members): ValidClient {
  const isField = ([name, value]: readonly [string, unknown]) =>
    Object.hasOwn(emptyFields, name) && value !== undefined && value !== null;
  const entries = Object.entries(sent);
  return {
    fields: { ...emptyFields, ...Object.fromEntries(entries.filter(isField)) },
    extra: Object.fromEntries(entries.filter((entry) => !isField(entry))),
  };
}
