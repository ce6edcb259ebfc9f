import type { Call } from "../core/router.js";
import type { ClientStore } from "./clients.js";
import { forbidden, invalidMetadata, invalidRequest, json, malformed, notEnabled, unauthorized } from "./errors.js";
import type { OryOrigin, OrySimulatorOptions } from "./options.js";
import type { VersionFeatures } from "./versions.js";

type Handler = (call: Call<OryOrigin>) => Response;

/** The parts of a simulated server that registration uses. */
interface RegistrationContext {
  readonly options: OrySimulatorOptions;
  readonly features: VersionFeatures;
  readonly store: ClientStore;
}

/** The API for dynamic client registration (RFC 7591, RFC 7592). */
export interface Registration {
  readonly create: Handler;
  readonly get: Handler;
  readonly set: Handler;
  readonly remove: Handler;
}

/**
 * Creates the API.
 *
 * @param remove deletes a client and its tokens
 */
export function createRegistration(
  { options, features, store }: RegistrationContext,
  remove: (id: string) => Response,
): Registration {
  const whenEnabled =
    (respond: Handler): Handler =>
    (call) => {
      if (!options.dynamicClientRegistration) throw notEnabled();
      return respond(call);
    };
  /** Returns the id. @throws {ErrorResponse} 401 for a wrong token and for an unknown id */
  const authorized = ({ parameters, headers }: Call): string => {
    const id = parameters.id ?? "";
    const token = store.find(id)?.registrationToken;
    const [, bearer] = /^bearer (.*)$/i.exec(headers.get("authorization") ?? "") ?? [];
    if (token === undefined || bearer !== token) {
      throw unauthorized("The bearer token is not the registration access token of this client.");
    }
    return id;
  };

  return {
    create: whenEnabled(({ text, baseUrls }) => {
      const sent = membersOf(text);
      checkMembers(sent);
      if (sent?.client_secret) throw malformed("It is not allowed to choose the client_secret.");
      const client = store.create(features.acceptsClientId ? withoutId(text, sent) : text, baseUrls.public);
      const registration_client_uri = `${baseUrls.public}/oauth2/register/${client.client_id}`;
      // From 25.4 on, the reference is relative.
      const location = `${features.routing === "httprouter" ? "/" : ""}admin/clients/${client.client_id}`;
      return json(201, { ...client, registration_client_uri }, { location });
    }),
    get: whenEnabled((call) => {
      const { metadata, ...shown } = store.get(authorized(call));
      return json(200, shown);
    }),
    set: whenEnabled((call) => {
      const id = authorized(call);
      const sent = membersOf(call.text);
      if (sent?.client_secret) throw forbidden("It is not allowed to choose the client_secret.");
      checkMembers(sent);
      const client = store.set(id, call.text);
      return json(200, { ...client, registration_access_token: store.renewRegistrationToken(id) });
    }),
    remove: whenEnabled((call) => remove(authorized(call))),
  };
}

/** Undefined when the content is not a JSON object. The store reports that error. */
function membersOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the id: the server ignores it, from 2.3 on. */
function withoutId(text: string, sent: Readonly<Record<string, unknown>> | undefined): string {
  return sent ? JSON.stringify({ ...sent, client_id: undefined }) : text;
}

/** Rejects members that only the admin API can set. */
function checkMembers(sent: Readonly<Record<string, unknown>> = {}): void {
  if ("metadata" in sent) throw invalidMetadata("The field metadata cannot be set by dynamic client registration.");
  if (sent.access_token_strategy)
    throw invalidRequest("The field access_token_strategy cannot be set by dynamic client registration.");
  for (const name of ["skip_consent", "skip_logout_consent"]) {
    if (sent[name] === true) throw invalidRequest(`The field ${name} cannot be set by dynamic client registration.`);
  }
}
