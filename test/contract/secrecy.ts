import { inspect } from "node:util";
import { type ClientCredentials, type CreateResult, collect, isOAuthClientsError, type OAuthClient } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { passUntilEnded, stopTime } from "../time.js";
import { type ContractSubject, calls, rejection } from "./subject.js";

/** Every way in which a secret can be written where a person or a machine reads it. */
export function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
  ];
}

// Members that carry secrets to any of the vendors.
const writeOnly = /"(?:client_?secret|secret|oauth-token-string|private-key|ssh-key)"\s*:\s*("(?:[^"\\]|\\.)+")/gi;

/** Everything that a log, a debugger or a serialiser would show of a value. */
export function expose(value: unknown): string {
  const shown = [
    inspect(value, { depth: 20, showHidden: true, getters: true, breakLength: 200 }),
    inspect(value, { depth: 20, showProxy: true }),
    JSON.stringify(value) ?? "",
    String(value),
  ];
  if (value instanceof Error) shown.push(value.message, value.stack ?? "", expose(value.cause ?? ""));
  if (typeof value === "object" && value !== null)
    for (const name of Reflect.ownKeys(value)) shown.push(String(name), String((value as Record<PropertyKey, unknown>)[name]));
  return shown.join("\n");
}

/** Fails when a value shows any secret in any spelling. */
export function expectSecrecy(value: unknown, secrets: readonly string[]): void {
  const shown = expose(value);
  for (const secret of secrets)
    for (const spelling of spellings(secret))
      if (shown.includes(spelling)) throw new Error(`a secret of ${secret.length} characters shows in ${describeValue(value)}`);
}

function describeValue(value: unknown): string {
  return value instanceof Error ? `${value.name} (${inspect(value.message).slice(0, 40)}…)` : typeof value;
}

/** No error, no client and no manager of this vendor shows a secret. */
export function describeSecrecy<
  Id extends string,
  Client extends OAuthClient,
  Input,
  Changes,
  Created extends CreateResult<Client> & { readonly credentials?: ClientCredentials },
>(vendor: string, subject: ContractSubject<Id, Client, Input, Changes, Created>): void {
  const { operations } = subject;
  const faults = [
    "400",
    "401",
    "403",
    "404",
    "409",
    "422",
    "429",
    "500",
    "503",
    "drop",
    "half",
    "page",
    "late",
    "redirect",
  ] as const;
  const touched = {
    create: [operations.create],
    get: [operations.read],
    list: [operations.list],
    update: [operations.read, operations.write],
    delete: [operations.remove],
  } satisfies Record<keyof typeof calls, Id[]>;

  function begin(timeoutMs = 20_000) {
    const { simulator, connect, secrets } = subject.start();
    // What is issued or chosen on the way is seen here, whether or not the caller gets to see it.
    const sent = new Set<string>();
    const watched: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      for (const [, secret = '""'] of (await request.clone().text()).matchAll(writeOnly)) sent.add(JSON.parse(secret));
      return simulator.fetch(request);
    };
    const manager = connect({ fetch: watched, retry: { maxRetries: 0, initialDelayMs: 1 }, timeoutMs });
    return { simulator, manager, all: () => [...secrets, ...sent] };
  }

  describe(`${vendor} keeps its secrets`, () => {
    test("the check itself sees a secret in every spelling", () => {
      const secret = 'p"ä/ss+w&rd';
      for (const spelling of spellings(secret)) expect(() => expectSecrecy(new Error(`x${spelling}y`), [secret])).toThrow();
      expect(() => expectSecrecy({ deep: [{ er: new Map([["k", secret]]) }] }, [secret])).toThrow();
      expect(() => expectSecrecy(Object.assign(new Error("x"), { cause: { secret } }), [secret])).toThrow();
    });

    test("the manager, printed", () => {
      const { manager, all } = begin();
      expect(all().length).toBeGreaterThan(0);
      expectSecrecy(manager, all());
    });

    test("a client, printed, while its credentials are handed over beside it", async () => {
      const { manager, all } = begin();
      const { client, credentials } = await manager.create(subject.input(1));
      const secrets = [...all(), ...(credentials ? [credentials.clientSecret] : [])];
      expectSecrecy(client, secrets);
      expectSecrecy(await manager.get(client.id), secrets);
      expectSecrecy(await collect(manager.list()), secrets);
      expectSecrecy(await manager.update(client.id, subject.changes), secrets);
    });

    for (const [name, call] of Object.entries(calls) as [keyof typeof calls, (typeof calls)[keyof typeof calls]][]) {
      test.each(faults)(`every error of ${name}: %s, with the secret thrown back`, async (fault) => {
        if (fault === "late") stopTime();
        const { simulator, manager, all } = begin(fault === "late" ? 80 : undefined);
        for (const operation of touched[name]) {
          const echoed = all().flatMap(spellings).join(" ");
          if (fault === "drop") simulator.dropConnection(operation, { when: "after" });
          else if (fault === "half") simulator.truncateNext(operation);
          else if (fault === "page")
            simulator.failNext(operation, { status: 200, body: `<html>${echoed}</html>`, when: "after" });
          else if (fault === "late") simulator.delayNext(operation, 2_000);
          else if (fault === "redirect")
            simulator.redirectNext(operation, { location: `https://elsewhere.test/?${encodeURIComponent(echoed)}` });
          else
            simulator.failNext(operation, {
              status: Number(fault),
              body: subject.echo(echoed),
              headers: { "x-request-id": all()[0] ?? "" },
            });
        }
        const called = call(manager, subject, undefined).then(
          (value) => value,
          (error: unknown) => error,
        );
        if (fault === "late") {
          // The deadline passes when the vendor has the request, and not before.
          const asked: readonly unknown[] = touched[name];
          await passUntilEnded(called, () => simulator.requests.some(({ operationId }) => asked.includes(operationId)));
        }
        const ending = await called;
        if (isOAuthClientsError(ending)) expectSecrecy(ending, all());
        else if (ending instanceof Error) throw ending;
      });
    }

    test("what a signal ends", async () => {
      const { simulator, manager, all } = begin();
      simulator.delayNext(operations.create, 2_000);
      const error = await rejection(manager.create(subject.input(1), { signal: AbortSignal.timeout(30) }));
      expectSecrecy(error, all());
    });

    test("the simulator's own record of what it was sent", async () => {
      const { simulator, manager, all } = begin();
      await manager.create(subject.input(1));
      expectSecrecy(simulator.requests, all());
      expectSecrecy(simulator.clients, all());
    });
  });
}
