import { PermissionDeniedError } from "oauth-clients";
import { createOvhManager } from "oauth-clients/ovh";
import { type OvhSimulator, simulateOvh } from "oauth-clients/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { call, followGuide, serviceAccount } from "../../examples/ovh/guide.js";
import { rejection } from "../contract/subject.js";
import { run } from "./program.js";

// One test starts a program, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

const keys = { applicationKey: "application-key", applicationSecret: "application-secret", consumerKey: "consumer-key" };
const webHosting = "xxxxxxx.cluster001.hosting.ovh.net";

let simulator: OvhSimulator;
let listening: Awaited<ReturnType<OvhSimulator["listen"]>>;

beforeEach(async () => {
  simulator = simulateOvh();
  listening = await simulator.listen();
});
afterEach(() => listening.close());

const place = () => ({ apiUrl: listening.urls.api, tokenEndpoint: listening.urls.token });
const connect = () => createOvhManager({ ...keys, ...place(), retry: { initialDelayMs: 1 } });
const follow = (print: (line: string) => void, plan = webHosting) =>
  followGuide(connect(), { region: "eu", apiUrl: listening.urls.api, webHosting: plan }, print);

describe("examples/ovh/guide.ts", () => {
  test("requires a web hosting plan before it sends a request", async () => {
    const environment = Object.fromEntries(
      Object.entries(keys).map(([name, value]) => [
        `OVH_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
        value,
      ]),
    );
    const { code, errors } = await run(["examples/ovh/guide.ts"], { environment: { ...environment, OVH_ENDPOINT: "ovh-eu" } });
    expect(code).toBe(1);
    expect(errors).toContain("name a web hosting plan");
    expect(errors).not.toContain("secret");
  });

  test("deletes what it created when a step fails", async () => {
    simulator.failNext("createPolicy", { status: 403 });
    expect(await rejection(follow(() => {}))).toBeInstanceOf(PermissionDeniedError);
    expect(simulator.clients).toEqual([]);
  });

  test("gets the missing IAM action in an error, and a 401 for an unknown token", async () => {
    const ovh = connect();
    const { client, credentials } = await ovh.create(serviceAccount);
    await ovh.grantAccess(client, { resources: [`urn:v1:eu:resource:webHosting:${webHosting}`], actions: ["webHosting:*"] });
    const own = createOvhManager({ clientId: credentials.clientId, clientSecret: credentials.clientSecret, ...place() });
    const error = await rejection(own.get(client.id));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect((error as Error).message).toContain(
      "User not granted for this request; missing IAM action account:apiovh:me/api/oauth2/client/get",
    );
    const tokens = { get: async () => ({ value: "an-unknown-token" }) as never, invalidate: () => {} };
    expect((await call(listening.urls.api, `/v1/hosting/web/${webHosting}`, tokens)).status).toBe(401);
  });

  test("creates service account and policy, gets a token, calls the API, and deletes everything", async () => {
    const lines: string[] = [];
    await follow((line) => lines.push(line));
    expect(lines).toEqual([
      expect.stringMatching(/^created EU\.\w+, in policies urn:v1:eu:identity:credential:zz99999-ovh\/oauth2-EU\.\w+$/),
      expect.stringMatching(/^Demo-service-account-EU\.\w+ allows webHosting:\*$/),
      "allowed call: 200",
      "call without permission: 403, missing account:apiovh:me/api/oauth2/client/get",
    ]);
    expect(simulator.clients).toEqual([]);
    expect(simulator.policies).toEqual([]);
    const names = simulator.requests.map(({ operationId }) => operationId);
    expect(names.filter((name) => name === "requestToken")).toHaveLength(1);
    expect(names).toContain("getWebHosting");
  });
});
