import {
  AuthenticationError,
  ConflictError,
  type CreateResult,
  collect,
  isOAuthClientsError,
  NetworkError,
  NotFoundError,
  type OAuthClient,
  PermissionDeniedError,
  RateLimitError,
  ResponseError,
  ServerError,
  TimeoutError,
  type TransportOptions,
  UnexpectedResponseError,
  ValidationError,
} from "oauth-clients";
import { describe, expect, test } from "vitest";
import { passOnce, stopTime } from "../time.js";
import { type ContractSubject, calls, rejection } from "./subject.js";

const quick: TransportOptions = { retry: { initialDelayMs: 1 } };
const single: TransportOptions = { retry: { maxRetries: 0 } };

/** What every vendor's manager owes. */
export function describeManager<
  Id extends string,
  Client extends OAuthClient,
  Input,
  Changes,
  Created extends CreateResult<Client>,
>(vendor: string, subject: ContractSubject<Id, Client, Input, Changes, Created>): void {
  const { operations, changes, missingId } = subject;

  // A manager on a simulator of its own, whose requests are counted and whose goals are known.
  function begin(transport: TransportOptions = quick) {
    const { simulator, connect } = subject.start();
    const origins = new Set<string>();
    const watched: typeof fetch = (input, init) => {
      origins.add(new URL(input instanceof Request ? input.url : String(input)).origin);
      return simulator.fetch(input, init);
    };
    const manager = connect({ ...transport, fetch: watched });
    const count = (id: Id) => simulator.requests.filter(({ operationId }) => operationId === id).length;
    return { simulator, manager, count, origins };
  }

  function steady(client: Client): Partial<Client> {
    const copy: Partial<Client> = { ...client };
    for (const name of subject.volatile ?? []) delete copy[name];
    return copy;
  }

  describe(`the ${vendor} manager keeps the contract`, () => {
    describe("of refusing before anything is sent", () => {
      test("an input at fault, by the name of the field", async () => {
        const { manager, simulator } = begin();
        const error = await rejection(manager.create(subject.badInput.input));
        expect(error).toBeInstanceOf(ValidationError);
        expect(error).toMatchObject({ code: "invalid_input", outcome: "not_applied", vendor });
        expect((error as ValidationError).issues.map(({ path }) => path)).toContain(subject.badInput.path);
        expect((error as Error).message).toContain(subject.badInput.path);
        expect(simulator.requests).toHaveLength(0);
      });

      test("an unknown field, by its name", async () => {
        const { manager, simulator } = begin();
        const error = await rejection(manager.create({ ...subject.input(1), colour: "red" } as Input));
        expect(error).toBeInstanceOf(ValidationError);
        expect((error as ValidationError).issues).toContainEqual({ path: "colour", message: "unknown field" });
        expect(simulator.requests).toHaveLength(0);
      });

      test.each(["", ".", ".."])('the id "%s"', async (id) => {
        const { manager, simulator } = begin();
        for (const error of await Promise.all(
          [manager.get(id), manager.update(id, changes), manager.delete(id)].map(rejection),
        ))
          expect(error).toBeInstanceOf(ValidationError);
        expect(simulator.requests).toHaveLength(0);
      });

      test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("a deadline of %d ms", async (timeoutMs) => {
        const { manager, simulator } = begin();
        const error = await rejection(manager.get(missingId, { timeoutMs }));
        expect(error).toBeInstanceOf(ValidationError);
        expect((error as Error).message).toContain("timeoutMs");
        expect(simulator.requests).toHaveLength(0);
      });

      test.each(Object.entries(calls))("%s with a signal that has fired, with the signal's own reason", async (_, call) => {
        const { manager, simulator } = begin();
        const reason = { mine: true };
        expect(await rejection(call(manager, subject, { signal: AbortSignal.abort(reason) }))).toBe(reason);
        expect(simulator.requests).toHaveLength(0);
      });
    });

    describe("of saying what the vendor refused", () => {
      test("get, update and delete of a client that is not there are a NotFoundError", async () => {
        const { manager } = begin();
        // Caught together: the one that ends first need not be the first.
        const calls = [manager.get(missingId), manager.update(missingId, changes), manager.delete(missingId)];
        for (const error of await Promise.all(calls.map(rejection))) {
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ outcome: "not_applied", status: 404, vendor });
        }
      });

      test("a second delete is a NotFoundError", async () => {
        const { manager } = begin();
        const { client } = await manager.create(subject.input(1));
        await manager.delete(client.id);
        expect(await rejection(manager.delete(client.id))).toBeInstanceOf(NotFoundError);
        expect(await rejection(manager.get(client.id))).toBeInstanceOf(NotFoundError);
      });

      test.each([
        [400, ResponseError, "error_response"],
        [401, AuthenticationError, "authentication"],
        [403, PermissionDeniedError, "permission"],
        [404, NotFoundError, "not_found"],
        [409, ConflictError, "conflict"],
        [418, ResponseError, "error_response"],
        [422, ResponseError, "error_response"],
        [429, RateLimitError, "rate_limited"],
        [500, ServerError, "server_error"],
        [503, ServerError, "server_error"],
      ])("a status of %d, as its class, whoever reads", async (status, type, code) => {
        const { manager, simulator } = begin(single);
        simulator.failNext(operations.read, { status, times: 2 });
        const error = await rejection(manager.get(missingId));
        expect(error).toBeInstanceOf(type);
        expect(error).toMatchObject({ code, status, vendor, outcome: "not_applied" });
      });

      test.each([400, 401, 403, 409, 422, 429])("a status of %d on a write: nothing happened", async (status) => {
        const { manager, simulator } = begin(single);
        const { client } = await manager.create(subject.input(1));
        simulator.failNext(operations.write, { status, times: 2 });
        const error = await rejection(manager.update(client.id, changes));
        expect(error).toMatchObject({ status, vendor, outcome: "not_applied" });
        expect(steady(await manager.get(client.id))).toEqual(steady(client as Client));
      });

      test("the vendor's own words", async () => {
        const { manager, simulator } = begin(single);
        simulator.failNext(operations.read, { status: 400, body: subject.echo("the moon is in the wrong house") });
        expect(String(await rejection(manager.get(missingId)))).toContain("the moon is in the wrong house");
      });

      test("an HTML page of a gateway", async () => {
        const { manager, simulator } = begin(single);
        simulator.respondWithHtmlNext(operations.read, { status: 502 });
        expect(await rejection(manager.get(missingId))).toMatchObject({ name: "ServerError", status: 502 });
      });

      test("a redirect, which is not followed", async () => {
        const { manager, simulator, origins } = begin(single);
        const { client } = await manager.create(subject.input(1));
        const known = new Set(origins);
        for (const [operation, call] of [
          [operations.read, () => manager.get(client.id)],
          [operations.list, () => collect(manager.list())],
          [operations.remove, () => manager.delete(client.id)],
        ] as const) {
          simulator.redirectNext(operation, { location: "https://elsewhere.test/take?it=all" });
          const error = await rejection(call());
          expect(error).toMatchObject({ name: "ResponseError", status: 307 });
          expect(String(error)).not.toContain("elsewhere");
        }
        expect(origins).toEqual(known);
      });
    });

    describe("of saying whether the vendor may have acted", () => {
      test.each([500, 502, 503])("a status of %d on a write: unknown", async (status) => {
        const { manager, simulator } = begin(single);
        const { client } = await manager.create(subject.input(1));
        simulator.failNext(operations.write, { status });
        expect(await rejection(manager.update(client.id, changes))).toMatchObject({ outcome: "unknown", status });
      });

      test("a broken connection: unknown on a write, nothing happened on a read", async () => {
        const { manager, simulator } = begin(single);
        const { client } = await manager.create(subject.input(1));
        simulator.dropConnection(operations.write, { when: "before" });
        const lost = await rejection(manager.update(client.id, changes));
        expect(lost).toBeInstanceOf(NetworkError);
        expect(lost).toMatchObject({ outcome: "unknown", vendor });
        simulator.dropConnection(operations.read, { when: "before" });
        const unread = await rejection(manager.get(client.id));
        expect(unread).toBeInstanceOf(NetworkError);
        expect(unread).toMatchObject({ outcome: "not_applied", vendor });
      });

      test("a deadline: unknown on a write, nothing happened on a read", async () => {
        stopTime();
        const { manager, simulator, count } = begin(single);
        const { client } = await manager.create(subject.input(1));
        simulator.delayNext(operations.write, 5_000);
        const writing = rejection(manager.update(client.id, changes, { timeoutMs: 60 }));
        await passOnce(() => count(operations.write) === 1, 60);
        const late = await writing;
        expect(late).toBeInstanceOf(TimeoutError);
        expect(late).toMatchObject({ outcome: "unknown", vendor });
        const before = count(operations.read);
        simulator.delayNext(operations.read, 5_000);
        const reading = rejection(manager.get(client.id, { timeoutMs: 60 }));
        await passOnce(() => count(operations.read) > before, 60);
        const unread = await reading;
        expect(unread).toBeInstanceOf(TimeoutError);
        expect(unread).toMatchObject({ outcome: "not_applied", vendor });
      });

      test("a yes that cannot be read", async () => {
        const { manager, simulator } = begin(single);
        const { client } = await manager.create(subject.input(1));
        simulator.respondWithHtmlNext(operations.read, { status: 200 });
        const unread = await rejection(manager.get(client.id));
        expect(unread).toBeInstanceOf(UnexpectedResponseError);
        expect(unread).toMatchObject({ outcome: "not_applied", vendor });
      });

      // Whatever goes wrong, the answer to "was a client made?" is true, and it is one client at most.
      test.each<[string, (begun: ReturnType<typeof begin>) => void]>([
        ["cut before it is done", ({ simulator }) => simulator.dropConnection(operations.create, { when: "before" })],
        ["cut after it is done", ({ simulator }) => simulator.dropConnection(operations.create, { when: "after" })],
        ["answered in part", ({ simulator }) => simulator.truncateNext(operations.create)],
        [
          "answered by a page",
          ({ simulator }) => simulator.respondWithHtmlNext(operations.create, { status: 200, when: "after" }),
        ],
        ["answered by a gateway", ({ simulator }) => simulator.respondWithHtmlNext(operations.create, { when: "after" })],
        ["failed before it is done", ({ simulator }) => simulator.failNext(operations.create, { status: 500 })],
        ["failed after it is done", ({ simulator }) => simulator.failNext(operations.create, { status: 500, when: "after" })],
        [
          "redirected",
          ({ simulator }) => simulator.redirectNext(operations.create, { location: "https://elsewhere.test", when: "after" }),
        ],
      ])("a create that is %s is sent once and not lied about", async (_, spoil) => {
        const begun = begin();
        spoil(begun);
        await expectTruth(begun, begun.manager.create(subject.input(1)));
      });

      test("a create that is answered too late is sent once and not lied about", async () => {
        stopTime();
        const begun = begin();
        begun.simulator.delayNext(operations.create, 5_000);
        const creating = expectTruth(begun, begun.manager.create(subject.input(1), { timeoutMs: 300 }));
        await passOnce(() => begun.count(operations.create) === 1, 300);
        await creating;
      });

      async function expectTruth({ simulator, count }: ReturnType<typeof begin>, creating: Promise<unknown>) {
        const ending = await creating.then(
          () => "made" as const,
          (error) => {
            if (!isOAuthClientsError(error)) throw error;
            return error.outcome;
          },
        );
        expect(count(operations.create)).toBe(1);
        if (ending === "made") expect(simulator.clients).toHaveLength(1);
        else if (ending === "not_applied") expect(simulator.clients).toHaveLength(0);
        else expect(simulator.clients.length).toBeLessThanOrEqual(1);
      }
    });

    describe("of going on where it is safe", () => {
      test("a create is not repeated after a fault of the vendor, and is after a refusal for too many requests", async () => {
        const { manager, simulator, count } = begin();
        simulator.failNext(operations.create, { status: 503 });
        await rejection(manager.create(subject.input(1)));
        expect(count(operations.create)).toBe(1);
        simulator.failNext(operations.create, { status: 429, times: 2 });
        await manager.create(subject.input(2));
        expect(count(operations.create)).toBe(4);
        expect(simulator.clients).toHaveLength(1);
      });

      test.each(["status", "connection", "answer"])(
        "reads, updates and deletes are repeated after a broken %s",
        async (kind) => {
          const { manager, simulator } = begin();
          const { client } = await manager.create(subject.input(1));
          const spoil = (operation: Id) => {
            if (kind === "status") simulator.failNext(operation, { status: 503 });
            else if (kind === "connection") simulator.dropConnection(operation, { when: "before" });
            else simulator.truncateNext(operation);
          };
          spoil(operations.read);
          expect(steady(await manager.get(client.id))).toEqual(steady(client as Client));
          spoil(operations.list);
          expect(await collect(manager.list())).toHaveLength(1);
          spoil(operations.write);
          if (subject.updatesOnce)
            expect(await rejection(manager.update(client.id, changes))).toMatchObject({ outcome: "unknown" });
          else await manager.update(client.id, changes);
          spoil(operations.remove);
          await manager.delete(client.id);
          expect(simulator.clients).toHaveLength(0);
        },
      );

      test("a delete whose answer was lost is done, and its repeat is no failure", async () => {
        const { manager, simulator } = begin();
        const { client } = await manager.create(subject.input(1));
        simulator.dropConnection(operations.remove, { when: "after" });
        await manager.delete(client.id);
        expect(simulator.clients).toHaveLength(0);
      });

      test.each(["while the vendor is silent", "while waiting to repeat"])(
        "an abort %s ends the call with its own reason",
        async (when) => {
          const { manager, simulator } = begin({ retry: { initialDelayMs: 60_000 } });
          if (when === "while the vendor is silent") simulator.delayNext(operations.read, 5_000);
          else simulator.failNext(operations.read, { status: 503 });
          const controller = new AbortController();
          const reason = new Error("enough");
          setTimeout(() => controller.abort(reason), 40);
          expect(await rejection(manager.get(missingId, { signal: controller.signal }))).toBe(reason);
        },
      );

      test("an abort after the end changes nothing", async () => {
        const { manager } = begin();
        const controller = new AbortController();
        const { client } = await manager.create(subject.input(1), { signal: controller.signal });
        controller.abort();
        expect((await manager.get(client.id)).id).toBe(client.id);
      });
    });

    describe("of doing what is asked", () => {
      test("create and get agree", async () => {
        const { manager } = begin();
        const { client } = await manager.create(subject.input(1));
        expect(client.vendor).toBe(vendor);
        expect(manager.vendor).toBe(vendor);
        expect(client.id).not.toBe("");
        expect(steady(await manager.get(client.id))).toEqual(steady(client as Client));
      });

      test("update changes what is named and nothing else", async () => {
        const { manager } = begin();
        const { client } = await manager.create(subject.input(1));
        const before = await manager.get(client.id);
        const expected = steady(subject.changed(before));
        expect(expected).not.toEqual(steady(before));
        expect(steady(await manager.update(client.id, changes))).toEqual(expected);
        expect(steady(await manager.get(client.id))).toEqual(expected);
      });

      test("an update that names nothing changes nothing", async () => {
        const { manager } = begin();
        const { client } = await manager.create(subject.input(1));
        expect(steady(await manager.update(client.id, {} as Changes))).toEqual(steady(client as Client));
      });

      test("list is empty where there is nothing", async () => {
        expect(await collect(begin().manager.list())).toEqual([]);
      });

      test("list sees every client once, across pages, each time it is gone through", async () => {
        const { manager, count } = begin();
        const ids: string[] = [];
        for (let number = 1; number <= subject.severalPages; number++)
          ids.push((await manager.create(subject.input(number))).client.id);
        const clients = manager.list();
        expect((await collect(clients)).map(({ id }) => id).sort()).toEqual(ids.sort());
        expect(count(operations.list)).toBeGreaterThan(subject.unpaged ? 0 : 1);
        expect(await collect(clients)).toHaveLength(subject.severalPages);
        expect(await collect(clients, 2)).toHaveLength(2);
      });

      test("calls at the same time do not get in each other's way", async () => {
        const { manager, simulator } = begin();
        const made = await Promise.all(Array.from({ length: 12 }, (_, number) => manager.create(subject.input(number))));
        expect(new Set(made.map(({ client }) => client.id)).size).toBe(12);
        await Promise.all(made.map(({ client }) => manager.delete(client.id)));
        expect(simulator.clients).toHaveLength(0);
      });

      test("no call leaves the addresses of its vendor", async () => {
        const { manager, origins } = begin();
        const { client } = await manager.create(subject.input(1));
        const configured = new Set(origins);
        await manager.get(client.id);
        await collect(manager.list());
        await manager.update(client.id, changes);
        await manager.delete(client.id);
        expect(origins).toEqual(configured);
      });
    });
  });
}
