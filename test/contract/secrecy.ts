import { inspect } from "node:util";
import { type ClientCredentials, type CreateResult, collect, isOAuthClientsError, type OAuthClient } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { advanceTimeUntilEnded, stopTime } from "../time.js";
import { type ContractSubject, calls, rejection } from "./subject.js";

/** The encodings in which a secret can appear in a message, a URL, JSON or a header. */
export function encodings(secret: string): string[] {
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

// Request members that contain a secret at any of the vendors.
const writeOnly = /"(?:client_?secret|secret|oauth-token-string|private-key|ssh-key)"\s*:\s*("(?:[^"\\]|\\.)+")/gi;

/** The text that a log, a debugger or a serializer would print for a value. */
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

/** Fails when the printed value contains a secret in any encoding. */
export function expectSecrecy(value: unknown, secrets: readonly string[]): void {
  const shown = expose(value);
  for (const secret of secrets)
    for (const encoding of encodings(secret))
      if (shown.includes(encoding)) throw new Error(`a secret of ${secret.length} characters shows in ${describeValue(value)}`);
}

function describeValue(value: unknown): string {
  return value instanceof Error ? `${value.name} (${inspect(value.message).slice(0, 40)}…)` : typeof value;
}

/** No error, client or manager of this vendor contains a secret when it is printed. */
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
    "lost connection",
    "truncated",
    "HTML page",
    "timeout",
    "redirect",
  ] as const;
  const touched = {
    create: [operations.create],
    get: [operations.read],
    list: [operations.list],
    update: [operations.read, operations.write],
    delete: [operations.remove],
  } satisfies Record<keyof typeof calls, Id[]>;

  function setup(timeoutMs = 20_000) {
    const { simulator, connect, secrets } = subject.start();
    // Collects the secrets in the request bodies, including those that the caller never receives.
    const sent = new Set<string>();
    const watched: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      for (const [, secret = '""'] of (await request.clone().text()).matchAll(writeOnly)) sent.add(JSON.parse(secret));
      return simulator.fetch(request);
    };
    const manager = connect({ fetch: watched, retry: { maxRetries: 0, initialDelayMs: 1 }, timeoutMs });
    return { simulator, manager, all: () => [...secrets, ...sent] };
  }

  describe(`${vendor} contract: secrecy`, () => {
    test("the check finds a secret in every encoding", () => {
      const secret = 'p"ä/ss+w&rd';
      for (const encoding of encodings(secret)) expect(() => expectSecrecy(new Error(`x${encoding}y`), [secret])).toThrow();
      expect(() => expectSecrecy({ deep: [{ er: new Map([["k", secret]]) }] }, [secret])).toThrow();
      expect(() => expectSecrecy(Object.assign(new Error("x"), { cause: { secret } }), [secret])).toThrow();
    });

    test("a printed manager contains no secret", () => {
      const { manager, all } = setup();
      expect(all().length).toBeGreaterThan(0);
      expectSecrecy(manager, all());
    });

    test("a printed client contains no secret", async () => {
      const { manager, all } = setup();
      const { client, credentials } = await manager.create(subject.input(1));
      const secrets = [...all(), ...(credentials ? [credentials.clientSecret] : [])];
      expectSecrecy(client, secrets);
      expectSecrecy(await manager.get(client.id), secrets);
      expectSecrecy(await collect(manager.list()), secrets);
      expectSecrecy(await manager.update(client.id, subject.changes), secrets);
    });

    for (const [name, call] of Object.entries(calls) as [keyof typeof calls, (typeof calls)[keyof typeof calls]][]) {
      test.each(faults)(`the error of ${name} contains no secret when the response repeats it: %s`, async (fault) => {
        if (fault === "timeout") stopTime();
        const { simulator, manager, all } = setup(fault === "timeout" ? 80 : undefined);
        for (const operation of touched[name]) {
          const echoed = all().flatMap(encodings).join(" ");
          if (fault === "lost connection") simulator.dropConnection(operation, { when: "after" });
          else if (fault === "truncated") simulator.truncateNext(operation);
          else if (fault === "HTML page")
            simulator.failNext(operation, { status: 200, body: `<html>${echoed}</html>`, when: "after" });
          else if (fault === "timeout") simulator.delayNext(operation, 2_000);
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
        if (fault === "timeout") {
          // Time advances only after the simulator has received the request.
          const expected: readonly unknown[] = touched[name];
          await advanceTimeUntilEnded(called, () =>
            simulator.requests.some(({ operationId }) => expected.includes(operationId)),
          );
        }
        const result = await called;
        if (isOAuthClientsError(result)) expectSecrecy(result, all());
        else if (result instanceof Error) throw result;
      });
    }

    test("the error of an aborted create contains no secret", async () => {
      const { simulator, manager, all } = setup();
      simulator.delayNext(operations.create, 2_000);
      const error = await rejection(manager.create(subject.input(1), { signal: AbortSignal.timeout(30) }));
      expectSecrecy(error, all());
    });

    test("the recorded requests and clients of the simulator contain no secret", async () => {
      const { simulator, manager, all } = setup();
      await manager.create(subject.input(1));
      expectSecrecy(simulator.requests, all());
      expectSecrecy(simulator.clients, all());
    });
  });
}
