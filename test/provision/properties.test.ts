import fc from "fast-check";
import { apply, plan } from "oauth-clients/provision";
import { describe, expect, test } from "vitest";
import { setup } from "./worlds.js";

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const text = fc.stringMatching(/^[A-Za-z0-9 ._äß-]{0,20}[A-Za-z0-9]$/);
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 4 });
const urls = fc.uniqueArray(
  word.map((path) => `https://app.example.com/${path}`),
  { minLength: 1, maxLength: 3 },
);

const declarations = {
  ory: fc.record(
    {
      name: text,
      scopes: words,
      audience: urls,
      redirectUris: urls,
      contacts: fc.uniqueArray(
        word.map((name) => `${name}@example.com`),
        { maxLength: 2 },
      ),
      owner: text,
      metadata: fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean())),
      lifespans: fc.record({
        clientCredentialsGrantAccessTokenMs: fc.integer({ min: 1, max: 100 }).map((minutes) => minutes * 60_000),
      }),
      skipConsent: fc.boolean(),
    },
    { requiredKeys: ["name", "scopes"] },
  ),
  ovh: fc.record({
    name: text,
    description: text,
    access: fc.uniqueArray(
      fc.record({
        name: word,
        resources: fc.constant(["urn:v1:eu:resource:dnsZone:*"]),
        actions: words.map((list) => list.map((one) => `dnsZone:apiovh:${one}`)),
      }),
      { selector: ({ name }) => name, maxLength: 3 },
    ),
  }),
  genesys: fc.record(
    {
      name: text,
      description: text,
      accessTokenValidityMs: fc.integer({ min: 300, max: 172_800 }).map((seconds) => seconds * 1_000),
      roles: fc.constantFrom([{ roleName: "employee" }], [{ roleName: "admin" }, { roleName: "employee" }]),
    },
    { requiredKeys: ["name", "roles"] },
  ),
  tfe: fc.record({ name: text }, { requiredKeys: [] }),
} as const;

/** The same value with the lists in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].reverse().map(shuffled);
  if (typeof value !== "object" || value === null || "read" in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shuffled(member)]));
}

describe.each(["ory", "ovh", "genesys", "tfe"] as const)("any declaration at %s", (vendor) => {
  test("plans nothing after an apply, also with its lists in another order, and a change from any other one converges", {
    timeout: 60_000,
  }, async () => {
    const anyDeclaration = declarations[vendor] as fc.Arbitrary<Record<string, unknown>>;
    await fc.assert(
      fc.asyncProperty(anyDeclaration, anyDeclaration, async (first, second) => {
        const { world, report } = await setup(vendor);
        for (const declared of [first, second]) {
          const configuration = await report(declared);
          const result = await apply(configuration);
          expect(result.ok, JSON.stringify(result.clients)).toBe(true);
          expect((await plan(configuration)).actions).toMatchObject([{ action: "none" }]);
          expect((await plan(await report(shuffled(declared) as Record<string, unknown>))).actions).toMatchObject([
            { action: "none" },
          ]);
        }
        expect(await world.count()).toBe(1);
      }),
      { numRuns: 12, seed: 20261128 },
    );
  });
});
