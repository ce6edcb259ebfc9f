import type { CreateResultWithSecret, TransportOptions } from "oauth-clients";
import {
  createOvhManager,
  type OvhClient,
  type OvhClientChanges,
  type OvhClientInput,
  type OvhOptions,
} from "oauth-clients/ovh";
import { type OvhSimulator, type OvhSimulatorOptions, simulateOvh } from "oauth-clients/testing";
import { describe } from "vitest";
import { describeManager } from "../contract/manager.js";
import { describeSecrecy } from "../contract/secrecy.js";
import { describeSecretSink } from "../contract/secret-sink.js";
import { describeSingleFaults } from "../contract/single-faults.js";
import type { ContractSubject } from "../contract/subject.js";
import { describeUnreadable } from "../contract/unreadable.js";

type Subject = ContractSubject<
  Parameters<OvhSimulator["failNext"]>[0],
  OvhClient,
  OvhClientInput,
  OvhClientChanges,
  CreateResultWithSecret<OvhClient>
>;

const keys = {
  applicationKey: "application-key",
  applicationSecret: "canary+application/secret=",
  consumerKey: "canary+consumer/key=",
};
const account = { clientId: "EU.00aa00aa00aa00aa", clientSecret: "canary+client/secret=&%" };
const token = { accessToken: "canary+access/token=" };

const common: Omit<Subject, "start"> = {
  operations: {
    create: "createOAuth2Client",
    read: "getOAuth2Client",
    list: "listOAuth2Clients",
    write: "updateOAuth2Client",
    remove: "deleteOAuth2Client",
  },
  input: (number) => ({ flow: "client_credentials", name: `worker ${number}`, description: "exports invoices" }),
  badInput: {
    input: { flow: "authorization_code", name: "web", description: "a shop" } as OvhClientInput,
    path: "callbackUrls",
  },
  changes: { description: "exports invoices & más" },
  changed: (client) => ({ ...client, description: "exports invoices & más" }),
  missingId: "EU.ffffffffffffffff",
  severalPages: 21,
  unpaged: true,
  echo: (text) => ({ class: "Client::BadRequest", message: text, details: { unauthorizedActionsByIAM: text } }),
};

const web: Omit<Subject, "start"> = {
  ...common,
  input: (number) => ({
    flow: "authorization_code",
    name: `web ${number}`,
    description: "a shop",
    callbackUrls: ["https://shop.acme.test/back", "https://shop.acme.test/again"],
  }),
  changes: { name: "renamed", callbackUrls: ["https://shop.acme.test/elsewhere"] },
  changed: (client) => ({ ...client, name: "renamed", callbackUrls: ["https://shop.acme.test/elsewhere"] }),
};

const legacy = { errorCode: "INVALID_CREDENTIAL", httpCode: "400 Bad Request" };

describe.each<[string, Subject]>([
  ["a service account", { ...common, start: () => start({ serviceAccount: account }, () => account, account.clientSecret) }],
  ["web applications", { ...web, start: () => start({ serviceAccount: account }, () => account, account.clientSecret) }],
  [
    "signed requests with a clock far from the server's time",
    {
      ...common,
      start: () =>
        start({ applicationKeys: [keys], clockSkewMs: -86_400_000 }, () => keys, keys.applicationSecret, keys.consumerKey),
    },
  ],
  [
    "an access token and the error format of the older gateway",
    {
      ...common,
      echo: (text) => ({ ...legacy, message: text }),
      start: () => start({ accessTokens: [token], errorShape: "legacy" }, () => token, token.accessToken),
    },
  ],
  [
    "another installation",
    {
      ...common,
      start: () =>
        start(
          {
            region: "ca",
            apiUrl: "https://api.acme.test",
            tokenEndpoint: "https://auth.acme.test/oauth2/token",
            serviceAccount: account,
          },
          ({ urls }) => ({ ...account, apiUrl: `${urls.api}/1.0`, tokenEndpoint: urls.token }),
          account.clientSecret,
        ),
    },
  ],
])("%s", (world, subject) => {
  describeManager("ovh", subject);
  if (world === "a service account") describeSingleFaults("ovh", subject);
  describeUnreadable("ovh", subject);
  describeSecrecy("ovh", subject);
  describeSecretSink("ovh", subject);
});

function start(
  options: OvhSimulatorOptions,
  access: (simulator: OvhSimulator) => OvhOptions,
  ...secrets: readonly string[]
): ReturnType<Subject["start"]> {
  const simulator = simulateOvh(options);
  const connect = (transport: TransportOptions) => createOvhManager({ ...access(simulator), ...transport });
  return { simulator, secrets, connect };
}
