import { readFileSync } from "node:fs";
import { apply, type DeclaredClient, fromEnv, plan } from "oauth-clients/provision";
import { describe, expect, test } from "vitest";
import type { genesysProvider } from "../../src/genesys/provider.js";
import type { oryProvider } from "../../src/ory/provider.js";
import type { ovhProvider } from "../../src/ovh/provider.js";
import type { tfeProvider } from "../../src/tfe/provider.js";
import { memoryStore } from "./memory.js";
import { setup, tokenCanary, type World } from "./worlds.js";

type Input = Readonly<Record<string, unknown>>;
type AnyProvider = ReturnType<typeof oryProvider | typeof ovhProvider | typeof genesysProvider | typeof tfeProvider> & {
  readonly client: (input: Input, policy: object) => DeclaredClient;
};

/** The clients of the vendors' documentation, as the examples declare them. A token of a version control system becomes a source. */
function readExamples(vendor: World["vendor"]): Input[] {
  const file = new URL(`../../examples/${vendor}/clients.json`, import.meta.url);
  const inputs = JSON.parse(readFileSync(file, "utf8")) as Input[];
  const oauthTokenString = fromEnv("GITHUB_PAT", { env: { GITHUB_PAT: tokenCanary } });
  return inputs.map((input) => ("oauthTokenString" in input ? { ...input, oauthTokenString } : input));
}

const reversed = (input: Input): Input =>
  Object.fromEntries(
    Object.entries(input)
      .reverse()
      // The order of callbacks is one that counts at OVHcloud.
      .map(([field, value]) => [field, Array.isArray(value) && field !== "callbackUrls" ? [...value].reverse() : value]),
  );

describe.each(["ory", "ovh", "genesys", "tfe"] as const)("the clients of %s's documentation", (vendor) => {
  test("are created as declared, and planned again nothing changes, in any order of their lists", async () => {
    const { world, configure } = await setup(vendor);
    const provider = world.provider as unknown as AnyProvider;
    const stores = new Map<number, ReturnType<typeof memoryStore>>();
    const declare = (inputs: readonly Input[]) =>
      Object.fromEntries(
        inputs.map((input, index) => {
          const store = stores.get(index) ?? memoryStore(`store ${index}`);
          stores.set(index, store);
          const isPublic = vendor === "tfe" || input.tokenEndpointAuthMethod === "none";
          return [`client-${index}`, provider.client(input, isPublic ? {} : { secretStore: store })];
        }),
      );
    const inputs = readExamples(vendor);
    const configuration = await configure(declare(inputs));
    const result = await apply(configuration);
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
    expect(await world.count()).toBe(inputs.length);
    for (const again of [configuration, await configure(declare(inputs.map(reversed)))])
      expect((await plan(again)).actions.map(({ action, key }) => `${key} ${action}`)).toEqual(
        inputs.map((_, index) => `client-${index} none`),
      );
  });
});
