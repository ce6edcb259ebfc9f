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

const dayMs = 86_400_000;

/** The state of a client from a time on. Undefined: deleted. */
interface Version {
  readonly atMs: number;
  readonly client: StoredClient | undefined;
}

/** The versions of all clients. */
function createHistory(now: Now, replicationLagMs: number) {
  const histories = new Map<string, readonly Version[]>();
  const unlessExpired = (client: StoredClient | undefined): StoredClient | undefined => {
    const end = client?.fields.dateToDelete;
    return end !== undefined && Date.parse(end) <= now() ? undefined : client;
  };
  const current = (id: string) => unlessExpired(histories.get(id)?.at(-1)?.client);
  const replicated = (id: string) => {
    if (replicationLagMs === 0) return current(id);
    const horizonMs = now() - replicationLagMs;
    return unlessExpired(histories.get(id)?.findLast(({ atMs }) => atMs <= horizonMs)?.client);
  };
  const write = (id: string, client: StoredClient | undefined) => {
    histories.set(id, [...(histories.get(id) ?? []), { atMs: now(), client }]);
  };
  return {
    current,
    /** The client that reads return. */
    replicated,
    ids: () => [...histories.keys()],
    save(client: StoredClient): StoredClient {
      write(client.id, client);
      return client;
    },
    remove: (id: string) => write(id, undefined),
    /** An inserted client has no replication lag. */
    insert(client: StoredClient) {
      histories.set(client.id, [{ atMs: Number.NEGATIVE_INFINITY, client }]);
    },
  };
}

/** Creates an empty store. */
export function createClientStore({
  now,
  replicationLagMs = 0,
  scheduledState = "deleted",
  maximumClients = Number.POSITIVE_INFINITY,
}: StoreSettings): ClientStore {
  const history = createHistory(now, replicationLagMs);
  const { current, replicated, save } = history;
  const nowText = () => new Date(now()).toISOString();
  const every = (find: (id: string) => StoredClient | undefined) =>
    history
      .ids()
      .flatMap((id) => find(id) ?? [])
      .filter(({ hidden }) => !hidden);

  return {
    all: () => every(current),
    listed: () => every(replicated),
    find: current,
    get: (id) => visible(id, current(id)),
    read: (id) => visible(id, replicated(id)),
    create(valid, by) {
      if (every(current).length >= maximumClients) throw tooManyClients(maximumClients);
      const [id, secret, date] = [crypto.randomUUID(), randomToken(), nowText()];
      const dates = { dateCreated: date, dateModified: date };
      return save({ ...valid, ...dates, id, secret, hidden: false, scheduled: false, createdBy: by, modifiedBy: by });
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
      if (now() - Date.parse(client.dateCreated) <= 30 * dayMs) {
        history.remove(client.id);
        return "deleted";
      }
      const dateToDelete = new Date(now() + 7 * dayMs).toISOString();
      save({ ...client, scheduled: true, fields: { ...client.fields, state: scheduledState, dateToDelete } });
      return "scheduled";
    },
    disable(id) {
      const client = current(id);
      if (!client) throw new TypeError("simulateGenesys: there is no client with this id");
      save({ ...client, fields: { ...client.fields, state: "disabled" } });
    },
    insert(inserted) {
      const client = readInsertedClient(inserted, nowText());
      if (current(client.id)) throw new TypeError("simulateGenesys: the id of the client is taken");
      history.insert(client);
      return client;
    },
  };
}

function visible(id: string, client: StoredClient | undefined): StoredClient {
  if (!client || client.hidden) throw notFound("client", id);
  return client;
}

function changeable(client: StoredClient): StoredClient {
  if (client.scheduled) throw general("The client is deleted.");
  return client;
}

function tooManyClients(maximum: number) {
  return platform(400, {
    code: "auth.too.many.clients",
    message: "The organization has as many clients as it may have.",
    limit: { key: "clients", namespace: "oauth", value: maximum },
  });
}

/** @param date the default of the dates */
function readInsertedClient(
  { id = crypto.randomUUID(), secret = randomToken(), hidden = false, fields: sent }: Parameters<ClientStore["insert"]>[0],
  date: string,
): StoredClient {
  const { fields, extra } = readInserted(sent);
  const instant = (value: unknown) => (typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : date);
  return {
    ...{ id, secret, hidden, scheduled: fields.state === "deleted", fields, extra },
    dateCreated: instant(sent.dateCreated),
    dateModified: instant(sent.dateModified),
    createdBy: undefined,
    modifiedBy: undefined,
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
