import { type CreateResult, collect, type OAuthClient, UnexpectedResponseError, type UnreadableClient } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { type ContractSubject, rejection } from "./subject.js";

/** One client that cannot be read ends a list, or is reported and left out. */
export function describeUnreadable<
  Id extends string,
  Client extends OAuthClient,
  Input,
  Changes,
  Created extends CreateResult<Client>,
>(vendor: string, subject: ContractSubject<Id, Client, Input, Changes, Created>): void {
  /** A manager with three clients. The document of the second one is damaged in every response. */
  async function setup() {
    const { simulator, connect } = subject.start();
    const own = connect({ fetch: simulator.fetch });
    const ids: string[] = [];
    for (const number of [1, 2, 3]) ids.push((await own.create(subject.input(number))).client.id);
    const damaged = ids[1] ?? "";
    const damage: typeof fetch = async (input, init) => {
      const response = await simulator.fetch(input, init);
      const text = await response.text();
      if (!text.includes(damaged)) return new Response(text || null, response);
      const json = JSON.stringify(damageIn(JSON.parse(text), damaged));
      return new Response(json, { status: response.status, headers: { "content-type": "application/json" } });
    };
    return { manager: connect({ fetch: damage }), ids, damaged };
  }

  describe(`${vendor} contract: a list with an unreadable client`, () => {
    test("rejects with an error that does not contain the document", async () => {
      const { manager } = await setup();
      const error = await rejection(collect(manager.list()));
      expect(error).toBeInstanceOf(UnexpectedResponseError);
      expect(error).toMatchObject({ vendor, outcome: "not_applied" });
      expect(String(error)).not.toContain("4711");
    });

    test("reports the client and yields all others with onUnreadable", async () => {
      const { manager, ids, damaged } = await setup();
      const reported: UnreadableClient[] = [];
      const clients = await collect(manager.list({ onUnreadable: (client) => void reported.push(client) }));
      expect(clients.map(({ id }) => id).sort()).toEqual(ids.filter((id) => id !== damaged).sort());
      expect(reported.map(({ id }) => id)).toEqual([damaged]);
      expect(reported[0]?.error).toBeInstanceOf(UnexpectedResponseError);
      expect(reported[0]?.error).toMatchObject({ vendor, operation: "list clients", outcome: "not_applied" });
    });

    test("rejects with the error that onUnreadable throws", async () => {
      const { manager } = await setup();
      const enough = new Error("enough");
      const onUnreadable = () => {
        throw enough;
      };
      expect(await rejection(collect(manager.list({ onUnreadable })))).toBe(enough);
    });
  });
}

// Replaces every name by a number.
function damageIn(value: unknown, id: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => damageIn(entry, id));
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string, unknown>;
  if ([members.id, members.client_id, members.clientId].includes(id))
    return { ...members, name: 4711, client_name: 4711, attributes: 4711 };
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, damageIn(member, id)]));
}
