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
import { advanceTime, stopTime } from "../time.js";
import { type ContractSubject, calls, rejection } from "./subject.js";

const quick: TransportOptions = { retry: { initialDelayMs: 1 } };
const single: TransportOptions = { retry: { maxRetries: 0 } };

/** The behaviour that every vendor's manager must have. */
export function describeManager<
  Id extends string,
  Client extends OAuthClient,
  Input,
  Changes,
  Created extends CreateResult<Client>,
>(vendor: string, subject: ContractSubject<Id, Client, Input, Changes, Created>): void {
  const { operations, changes, missingId } = subject;

  /** A manager with its own simulator, a request counter and the set of origins that received a request. */
  function setup(transport: TransportOptions = quick) {
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

  /** A copy of a client that can be compared with another read of the same client. */
  function withoutVolatileFields(client: Client): Partial<Client> {
    const copy: Partial<Client> = { ...client };
    for (const name of subject.volatile ?? []) delete copy[name];
    return copy;
  }

  describe(`${vendor} contract`, () => {
    describe("contract: input validation", () => {
      test("create rejects an invalid field, names its path and sends no request", async () => {
        const { manager, simulator } = setup();
        const error = await rejection(manager.create(subject.badInput.input));
        expect(error).toBeInstanceOf(ValidationError);
        expect(error).toMatchObject({ code: "invalid_input", outcome: "not_applied", vendor });
        expect((error as ValidationError).issues.map(({ path }) => path)).toContain(subject.badInput.path);
        expect((error as Error).message).toContain(subject.badInput.path);
        expect(simulator.requests).toHaveLength(0);
      });

      test("create rejects an unknown field by name", async () => {
        const { manager, simulator } = setup();
        const error = await rejection(manager.create({ ...subject.input(1), colour: "red" } as Input));
        expect(error).toBeInstanceOf(ValidationError);
        expect((error as ValidationError).issues).toContainEqual({ path: "colour", message: "unknown field" });
        expect(simulator.requests).toHaveLength(0);
      });

      test.each(["", ".", ".."])('get, update and delete reject the id "%s"', async (id) => {
        const { manager, simulator } = setup();
        for (const error of await Promise.all(
          [manager.get(id), manager.update(id, changes), manager.delete(id)].map(rejection),
        ))
          expect(error).toBeInstanceOf(ValidationError);
        expect(simulator.requests).toHaveLength(0);
      });

      test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("get rejects a timeoutMs of %d", async (timeoutMs) => {
        const { manager, simulator } = setup();
        const error = await rejection(manager.get(missingId, { timeoutMs }));
        expect(error).toBeInstanceOf(ValidationError);
        expect((error as Error).message).toContain("timeoutMs");
        expect(simulator.requests).toHaveLength(0);
      });

      test.each(Object.entries(calls))(
        "%s with an aborted signal rejects with the reason of the signal and sends no request",
        async (_, call) => {
          const { manager, simulator } = setup();
          const reason = { mine: true };
          expect(await rejection(call(manager, subject, { signal: AbortSignal.abort(reason) }))).toBe(reason);
          expect(simulator.requests).toHaveLength(0);
        },
      );
    });

    describe("contract: error responses", () => {
      test("get, update and delete of a missing client reject with a NotFoundError", async () => {
        const { manager } = setup();
        // All rejections are awaited together, because the calls may end in any order.
        const calls = [manager.get(missingId), manager.update(missingId, changes), manager.delete(missingId)];
        for (const error of await Promise.all(calls.map(rejection))) {
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ outcome: "not_applied", status: 404, vendor });
        }
      });

      test("a second delete of a client rejects with a NotFoundError", async () => {
        const { manager } = setup();
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
      ])("a status of %d on a read is an error of the matching class", async (status, type, code) => {
        const { manager, simulator } = setup(single);
        // Only a 404 and a 409 with the vendor's own body are the vendor's.
        const body = status === 404 || status === 409 ? { body: subject.echo("not found") } : {};
        simulator.failNext(operations.read, { status, times: 2, ...body });
        const error = await rejection(manager.get(missingId));
        expect(error).toBeInstanceOf(type);
        expect(error).toMatchObject({ code, status, vendor, outcome: "not_applied" });
      });

      test.each([400, 401, 403, 409, 422, 429])(
        "a status of %d on a write has the outcome not_applied and changes nothing",
        async (status) => {
          const { manager, simulator } = setup(single);
          const { client } = await manager.create(subject.input(1));
          const body = status === 409 ? { body: subject.echo("conflict") } : {};
          simulator.failNext(operations.write, { status, times: 2, ...body });
          const error = await rejection(manager.update(client.id, changes));
          expect(error).toMatchObject({ status, vendor, outcome: "not_applied" });
          expect(withoutVolatileFields(await manager.get(client.id))).toEqual(withoutVolatileFields(client as Client));
        },
      );

      test("the message contains the error text of the vendor", async () => {
        const { manager, simulator } = setup(single);
        simulator.failNext(operations.read, { status: 400, body: subject.echo("the quota is used up") });
        expect(String(await rejection(manager.get(missingId)))).toContain("the quota is used up");
      });

      test("an HTML error page of a gateway is a ServerError", async () => {
        const { manager, simulator } = setup(single);
        simulator.respondWithHtmlNext(operations.read, { status: 502 });
        expect(await rejection(manager.get(missingId))).toMatchObject({ name: "ServerError", status: 502 });
      });

      test("a redirect is not followed, and its target is not in the message", async () => {
        const { manager, simulator, origins } = setup(single);
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

    describe("contract: outcome of a failed call", () => {
      test.each([500, 502, 503])("a status of %d on a write has the outcome unknown", async (status) => {
        const { manager, simulator } = setup(single);
        const { client } = await manager.create(subject.input(1));
        simulator.failNext(operations.write, { status });
        expect(await rejection(manager.update(client.id, changes))).toMatchObject({ outcome: "unknown", status });
      });

      test("a lost connection has the outcome unknown on a write and not_applied on a read", async () => {
        const { manager, simulator } = setup(single);
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

      test("a timeout has the outcome unknown on a write and not_applied on a read", async () => {
        stopTime();
        const { manager, simulator, count } = setup(single);
        const { client } = await manager.create(subject.input(1));
        simulator.delayNext(operations.write, 5_000);
        const writing = rejection(manager.update(client.id, changes, { timeoutMs: 60 }));
        await advanceTime(() => count(operations.write) === 1, 60);
        const late = await writing;
        expect(late).toBeInstanceOf(TimeoutError);
        expect(late).toMatchObject({ outcome: "unknown", vendor });
        const before = count(operations.read);
        simulator.delayNext(operations.read, 5_000);
        const reading = rejection(manager.get(client.id, { timeoutMs: 60 }));
        await advanceTime(() => count(operations.read) > before, 60);
        const unread = await reading;
        expect(unread).toBeInstanceOf(TimeoutError);
        expect(unread).toMatchObject({ outcome: "not_applied", vendor });
      });

      test("a 2xx response that does not match the schema is an UnexpectedResponseError", async () => {
        const { manager, simulator } = setup(single);
        const { client } = await manager.create(subject.input(1));
        simulator.respondWithHtmlNext(operations.read, { status: 200 });
        const unread = await rejection(manager.get(client.id));
        expect(unread).toBeInstanceOf(UnexpectedResponseError);
        expect(unread).toMatchObject({ outcome: "not_applied", vendor });
      });

      // For every fault, `outcome` agrees with the clients that the vendor has afterwards, and there is at most one.
      test.each<[string, (context: ReturnType<typeof setup>) => void]>([
        [
          "fails because the connection is lost before the effect",
          ({ simulator }) => simulator.dropConnection(operations.create, { when: "before" }),
        ],
        [
          "fails because the connection is lost after the effect",
          ({ simulator }) => simulator.dropConnection(operations.create, { when: "after" }),
        ],
        ["gets a truncated response", ({ simulator }) => simulator.truncateNext(operations.create)],
        [
          "gets an HTML page with status 200",
          ({ simulator }) => simulator.respondWithHtmlNext(operations.create, { status: 200, when: "after" }),
        ],
        [
          "gets the error page of a gateway",
          ({ simulator }) => simulator.respondWithHtmlNext(operations.create, { when: "after" }),
        ],
        ["gets a 500 before the effect", ({ simulator }) => simulator.failNext(operations.create, { status: 500 })],
        [
          "gets a 500 after the effect",
          ({ simulator }) => simulator.failNext(operations.create, { status: 500, when: "after" }),
        ],
        [
          "is redirected",
          ({ simulator }) => simulator.redirectNext(operations.create, { location: "https://elsewhere.test", when: "after" }),
        ],
      ])("a create that %s is sent once, and its outcome is not wrong", async (_, injectFault) => {
        const context = setup();
        injectFault(context);
        await expectConsistentOutcome(context, context.manager.create(subject.input(1)));
      });

      test("a create that times out is sent once, and its outcome is not wrong", async () => {
        stopTime();
        const context = setup();
        context.simulator.delayNext(operations.create, 5_000);
        const creating = expectConsistentOutcome(context, context.manager.create(subject.input(1), { timeoutMs: 300 }));
        await advanceTime(() => context.count(operations.create) === 1, 300);
        await creating;
      });

      async function expectConsistentOutcome({ simulator, count }: ReturnType<typeof setup>, creating: Promise<unknown>) {
        const outcome = await creating.then(
          () => "created" as const,
          (error) => {
            if (!isOAuthClientsError(error)) throw error;
            return error.outcome;
          },
        );
        expect(count(operations.create)).toBe(1);
        if (outcome === "created") expect(simulator.clients).toHaveLength(1);
        else if (outcome === "not_applied") expect(simulator.clients).toHaveLength(0);
        else expect(simulator.clients.length).toBeLessThanOrEqual(1);
      }
    });

    describe("contract: retries and abort", () => {
      test("a create is not retried after a 503 and is retried after a 429", async () => {
        const { manager, simulator, count } = setup();
        simulator.failNext(operations.create, { status: 503 });
        await rejection(manager.create(subject.input(1)));
        expect(count(operations.create)).toBe(1);
        simulator.failNext(operations.create, { status: 429, times: 2 });
        await manager.create(subject.input(2));
        expect(count(operations.create)).toBe(4);
        expect(simulator.clients).toHaveLength(1);
      });

      test.each(["a 503", "a lost connection", "a truncated response"])(
        "reads, updates and deletes are retried after %s",
        async (kind) => {
          const { manager, simulator } = setup();
          const { client } = await manager.create(subject.input(1));
          const injectFault = (operation: Id) => {
            if (kind === "a 503") simulator.failNext(operation, { status: 503 });
            else if (kind === "a lost connection") simulator.dropConnection(operation, { when: "before" });
            else simulator.truncateNext(operation);
          };
          injectFault(operations.read);
          expect(withoutVolatileFields(await manager.get(client.id))).toEqual(withoutVolatileFields(client as Client));
          injectFault(operations.list);
          expect(await collect(manager.list())).toHaveLength(1);
          injectFault(operations.write);
          if (subject.updatesOnce)
            expect(await rejection(manager.update(client.id, changes))).toMatchObject({ outcome: "unknown" });
          else await manager.update(client.id, changes);
          injectFault(operations.remove);
          await manager.delete(client.id);
          expect(simulator.clients).toHaveLength(0);
        },
      );

      test("a delete whose response is lost resolves when its retry finds no client", async () => {
        const { manager, simulator } = setup();
        const { client } = await manager.create(subject.input(1));
        simulator.dropConnection(operations.remove, { when: "after" });
        await manager.delete(client.id);
        expect(simulator.clients).toHaveLength(0);
      });

      test.each(["while waiting for the response", "while waiting before a retry"])(
        "an abort %s rejects with the reason of the signal",
        async (when) => {
          const { manager, simulator } = setup({ retry: { initialDelayMs: 60_000 } });
          if (when === "while waiting for the response") simulator.delayNext(operations.read, 5_000);
          else simulator.failNext(operations.read, { status: 503 });
          const controller = new AbortController();
          const reason = new Error("enough");
          setTimeout(() => controller.abort(reason), 40);
          expect(await rejection(manager.get(missingId, { signal: controller.signal }))).toBe(reason);
        },
      );

      test("an abort after the call resolved has no effect", async () => {
        const { manager } = setup();
        const controller = new AbortController();
        const { client } = await manager.create(subject.input(1), { signal: controller.signal });
        controller.abort();
        expect((await manager.get(client.id)).id).toBe(client.id);
      });
    });

    describe("contract: results", () => {
      test("create and get return the same client", async () => {
        const { manager } = setup();
        const { client } = await manager.create(subject.input(1));
        expect(client.vendor).toBe(vendor);
        expect(manager.vendor).toBe(vendor);
        expect(client.id).not.toBe("");
        expect(withoutVolatileFields(await manager.get(client.id))).toEqual(withoutVolatileFields(client as Client));
      });

      test("update changes the named fields and no other field", async () => {
        const { manager } = setup();
        const { client } = await manager.create(subject.input(1));
        const before = await manager.get(client.id);
        const expected = withoutVolatileFields(subject.changed(before));
        expect(expected).not.toEqual(withoutVolatileFields(before));
        expect(withoutVolatileFields(await manager.update(client.id, changes))).toEqual(expected);
        expect(withoutVolatileFields(await manager.get(client.id))).toEqual(expected);
      });

      test("an update without fields changes nothing", async () => {
        const { manager } = setup();
        const { client } = await manager.create(subject.input(1));
        expect(withoutVolatileFields(await manager.update(client.id, {} as Changes))).toEqual(
          withoutVolatileFields(client as Client),
        );
      });

      test("list yields nothing when there is no client", async () => {
        expect(await collect(setup().manager.list())).toEqual([]);
      });

      test("list yields every client once, across pages, in every iteration", async () => {
        const { manager, count } = setup();
        const ids: string[] = [];
        for (let number = 1; number <= subject.severalPages; number++)
          ids.push((await manager.create(subject.input(number))).client.id);
        const clients = manager.list();
        expect((await collect(clients)).map(({ id }) => id).sort()).toEqual(ids.sort());
        expect(count(operations.list)).toBeGreaterThan(subject.unpaged ? 0 : 1);
        expect(await collect(clients)).toHaveLength(subject.severalPages);
        expect(await collect(clients, 2)).toHaveLength(2);
      });

      test("concurrent calls are independent of each other", async () => {
        const { manager, simulator } = setup();
        const made = await Promise.all(Array.from({ length: 12 }, (_, number) => manager.create(subject.input(number))));
        expect(new Set(made.map(({ client }) => client.id)).size).toBe(12);
        await Promise.all(made.map(({ client }) => manager.delete(client.id)));
        expect(simulator.clients).toHaveLength(0);
      });

      test("every request goes to an origin of the vendor", async () => {
        const { manager, origins } = setup();
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
