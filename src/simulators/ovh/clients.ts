import type { components } from "../../openapi/ovh.js";
import { randomText } from "../core/random.js";
import type { Now } from "../core/time.js";
import { asFilledText, asList, asText, type Members, type OvhReadOnlyMembers, readObject, refuseOthers } from "./bodies.js";
import { badRequest, notFound } from "./errors.js";
import { type Account, clientIdentity } from "./urns.js";

/** A client as `GET` returns it, without a secret. */
export type ClientWire = components["schemas"]["client"];

type Flow = components["schemas"]["clientFlow"];

/** A stored client. The secret is not part of the document, so that no response contains it by mistake. */
export interface StoredClient {
  readonly document: ClientWire;
  readonly secret: string;
}

/** The clients of one account. @throws {ErrorResponse} from the methods of the API */
export interface ClientStore {
  /** In the order of creation. */
  readonly all: () => readonly StoredClient[];
  readonly find: (id: string) => StoredClient | undefined;
  readonly get: (id: string) => ClientWire;
  readonly create: (text: string) => components["schemas"]["clientSecret"];
  readonly update: (id: string, text: string) => void;
  readonly remove: (id: string) => void;
}

/** The settings of the store. */
export interface ClientSettings {
  readonly account: Account;
  /** The prefix of ids, `EU`. */
  readonly prefix: string;
  readonly now: Now;
  readonly readOnlyMembers: OvhReadOnlyMembers;
}

const flows: readonly string[] = ["AUTHORIZATION_CODE", "CLIENT_CREDENTIALS"] satisfies readonly Flow[];
const hexadecimal = "0123456789abcdef";
const readOnlyNames = ["clientId", "createdAt", "flow", "identity"];

/** Creates an empty store. */
export function createClientStore({ account, prefix, now, readOnlyMembers }: ClientSettings): ClientStore {
  const clients = new Map<string, StoredClient>();
  const load = (id: string): StoredClient => {
    const client = clients.get(id);
    if (!client) throw notFound("This OAuth2 client does not exist");
    return client;
  };

  return {
    all: () => [...clients.values()],
    find: (id) => clients.get(id),
    get: (id) => load(id).document,
    create(text) {
      const sent = readObject(text);
      refuseOthers(sent, ["callbackUrls", "description", "flow", "name"], [], readOnlyMembers);
      const flow = readFlow(sent);
      const clientId = `${prefix}.${randomText(16, hexadecimal)}`;
      const document: ClientWire = {
        callbackUrls: readCallbacks(sent.callbackUrls === undefined ? [] : sent.callbackUrls, flow),
        clientId,
        createdAt: formatInstant(now()),
        description: asFilledText(sent.description, "description"),
        flow,
        identity: flow === "CLIENT_CREDENTIALS" ? clientIdentity(account, clientId) : null,
        name: asFilledText(sent.name, "name"),
      };
      const secret = randomText(32, hexadecimal);
      clients.set(clientId, { document, secret });
      return { clientId, clientSecret: secret };
    },
    update(id, text) {
      const { document, secret } = load(id);
      const sent = readObject(text);
      refuseOthers(sent, ["callbackUrls", "description", "name"], readOnlyNames, readOnlyMembers);
      const changes = {
        callbackUrls: readCallbacks(sent.callbackUrls, document.flow),
        description: asFilledText(sent.description, "description"),
        name: asFilledText(sent.name, "name"),
      };
      clients.set(id, { document: { ...document, ...changes }, secret });
    },
    remove(id) {
      load(id);
      clients.delete(id);
    },
  };
}

function readFlow({ flow }: Members): Flow {
  const text = asText(flow, "flow");
  if (!flows.includes(text)) throw badRequest(`[flow] is not one of ${flows.join(", ")}`);
  return text as Flow;
}

/** `AUTHORIZATION_CODE` needs at least one callback URL, `CLIENT_CREDENTIALS` has none. The vendor documents neither rule. */
function readCallbacks(value: unknown, flow: Flow): string[] {
  if (value === undefined) throw badRequest("Missing parameter [callbackUrls]");
  const urls = asList(value, "callbackUrls").map((url, index) => asText(url, `callbackUrls[${index}]`));
  for (const [index, url] of urls.entries()) {
    if (!isCallback(url)) throw badRequest(`[callbackUrls[${index}]] is not an http or https URL without fragment`);
  }
  if (flow === "CLIENT_CREDENTIALS" && urls.length > 0)
    throw badRequest("[callbackUrls] is not for the flow CLIENT_CREDENTIALS");
  if (flow === "AUTHORIZATION_CODE" && urls.length === 0)
    throw badRequest("[callbackUrls] is empty, which the flow AUTHORIZATION_CODE does not allow");
  return urls;
}

function isCallback(text: string): boolean {
  return /^https?:\/\/[^\s#]+$/i.test(text) && URL.canParse(text);
}

/** RFC 3339 without trailing zeros, as the live API prints it. */
function formatInstant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, "Z");
}
