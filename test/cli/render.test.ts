import type { ClientResult, ListedClient, Plan, PlannedAction, RunResult } from "oauth-clients/provision";
import { describe, expect, test } from "vitest";
import { type Style, styleOf } from "../../src/cli/context.js";
import { exitCodeOf, exitCodeOfPlan } from "../../src/cli/exit-codes.js";
import { renderPlanMarkdown, renderResultMarkdown } from "../../src/cli/markdown.js";
import { formatAge, renderList, renderRotations } from "../../src/cli/render-list.js";
import { renderPlan } from "../../src/cli/render-plan.js";
import { renderClientResult, renderResult } from "../../src/cli/render-result.js";

const style = (columns: number): Style => styleOf({ write: () => {}, columns }, {});
const common = { provider: "ory", vendor: "ory", notes: [] };
const planOf = (...actions: readonly PlannedAction[]): Plan => ({
  format: "oauth-clients/plan/1",
  project: "acme",
  environment: "prod",
  createdAt: "2026-01-01T00:00:00Z",
  digest: "",
  actions,
  rotations: [{ key: "a", state: "due", text: "a: the secret was issued at 2025-01-01T00:00:00Z" }],
});
const resultOf = (...clients: readonly ClientResult[]): RunResult => ({ ok: false, clients });

const everyAction = planOf(
  { ...common, action: "create", key: "create", id: "id-1", fields: {}, secretStore: "vault secret/prod/create" },
  {
    ...common,
    action: "update",
    key: "update",
    id: "id-2",
    notes: ["grantType: roles change with the grant type"],
    differences: [
      { field: "scopes", actual: ["a", "b c"], declared: ["b c", "d"], change: "update" },
      { field: "order", actual: ["a", "b"], declared: ["b", "a"], change: "update" },
      { field: "name", actual: "old name", declared: "new", change: "update" },
      { field: "added", declared: true, change: "update" },
      { field: "oauthTokenString", change: "update" },
    ],
  },
  { ...common, action: "adopt", key: "adopt", id: "id-3" },
  ...(["promote", "reissue", "recreate", "close", "discard"] as const).map(
    (how): PlannedAction => ({ ...common, action: "recover", key: how, how }),
  ),
  { ...common, action: "delete", key: "delete", id: "id-4" },
  { ...common, action: "forget", key: "forget" },
  {
    ...common,
    action: "stop",
    key: "stop",
    reason: "several_clients",
    message: "stop: several clients could be this one: x, y.",
    choices: [
      { action: "resolve", resolution: "take", id: "x", text: "Client x belongs to this key: record it." },
      { action: "rotate", text: "Finish it: rotate with stage finish." },
      { action: "configuration", text: 'Allow it: allowDelete: ["stop"].' },
    ],
  },
  { ...common, action: "stop", key: "gone", reason: "undeclared", message: "gone: it is no longer declared.", choices: [] },
  { ...common, action: "busy", key: "busy" },
  { ...common, action: "none", key: "none", id: "id-5" },
);

describe("a plan", () => {
  test.each([60, 80, 120])("with every action is the golden text at %i columns", async (columns) => {
    const text = renderPlan(everyAction, { accounts: { ory: "https://hydra.example", other: "x" } }, style(columns));
    // Commands stay whole, so that they can be copied.
    const wrapped = text.split("\n").filter((line) => !line.includes("oauth-clients "));
    expect(Math.max(...wrapped.map((line) => line.length))).toBeLessThanOrEqual(columns);
    await expect(text).toMatchFileSnapshot(`golden/plan-${columns}.txt`);
  });

  test("as Markdown escapes what would end a cell or become HTML", () => {
    const name = { field: "name", actual: "a|b\n<img>", declared: "c", change: "update" } as const;
    const markdown = renderPlanMarkdown(planOf({ ...common, action: "update", key: "a", id: "1", differences: [name] }));
    expect(markdown).toContain('| `a` | ory | update | name "a\\|b\\n&lt;img>" -> c |');
    expect(markdown).toContain("- Rotation of a: the secret was issued at");
  });

  test("without clients says so", () => {
    expect(renderPlan({ ...planOf(), rotations: [] }, { accounts: {} }, style(80))).toBe("acme / prod\nNo clients.");
    expect(renderPlanMarkdown({ ...planOf(), rotations: [] })).toContain("No clients.");
    expect(exitCodeOfPlan(planOf(), true)).toBe(0);
  });

  test("with a client that another run works on ends with 75", () => {
    expect(exitCodeOfPlan(planOf({ ...common, action: "busy", key: "a" }), true)).toBe(75);
  });
});

const failed = (changed: boolean, error: unknown = new Error("x")): ClientResult => ({
  key: "failed",
  status: "failed",
  error,
  message: "failed: connection lost.",
  changed,
});
const notStored: ClientResult = { key: "lost", status: "secret_not_stored", error: 0, message: "lost: disk full.", id: "id-9" };
const stopped: ClientResult = { key: "s", status: "stopped", reason: "own_client", message: "s: own.", choices: [] };
const message = "m: text.";

describe("a result", () => {
  test.each<[number, boolean, readonly ClientResult[]]>([
    [0, false, []],
    [0, false, [{ key: "a", status: "unchanged", notes: [] }]],
    [1, false, [failed(false), stopped]],
    [3, false, [failed(true), failed(false)]],
    [3, false, [{ key: "m", status: "skipped", message }]],
    [4, false, [stopped, { key: "m", status: "busy", message }]],
    [4, false, [{ key: "m", status: "not_in_plan", message }]],
    [5, false, [failed(true), notStored]],
    [75, false, [{ key: "m", status: "busy", message }]],
    [75, false, [failed(false, { code: "rate_limited" })]],
    [130, true, [failed(true)]],
    [130, true, []],
    [5, true, [notStored]],
  ])("leads to exit code %i, interrupted: %s, %j", (code, interrupted, clients) => {
    expect(exitCodeOf(resultOf(...clients), interrupted)).toBe(code);
  });

  test("names the key, the client id and the next command with the options of this one", () => {
    const error = Object.assign(new Error("x"), { clientId: "id-8" });
    const result = resultOf(failed(true, error), notStored, { key: "m", status: "not_in_plan", message });
    const context = { command: "apply", config: "a.yaml", env: "prod" } as const;
    expect(renderResult(result, context, 5, style(200)).split("\n")).toEqual([
      "  ✗ failed (id-8): connection lost.",
      "    - Next:",
      "      oauth-clients apply --only failed --config a.yaml --env prod",
      "  ✗ lost (id-9): disk full.",
      "    - Another secret is issued by:",
      "      oauth-clients apply --only lost --config a.yaml --env prod",
      "  ✗ m: text.",
      "    - Next:",
      "      oauth-clients plan --out FILE --config a.yaml --env prod",
      "1 needs a decision, 2 failed (exit 5).",
    ]);
    expect(renderResult(resultOf(failed(true)), { command: "rotate" }, 3, style(200))).toContain(
      "- Next:\n      oauth-clients rotate failed\n",
    );
    expect(renderResult(resultOf(failed(true)), { command: "import" }, 3, style(200))).not.toContain("Next:");
  });

  test("counts each client once", () => {
    const done = (...steps: Extract<ClientResult, { status: "done" }>["steps"]): ClientResult => ({
      key: "a",
      status: "done",
      steps,
      notes: [],
    });
    const clients = [
      done("create", "update"),
      done("update"),
      done("delete", "forget"),
      done("forget"),
      done("promote", "close"),
    ];
    const text = "1 created, 1 updated, 1 deleted, 1 forgotten, 1 continued.";
    expect(renderResult(resultOf(...clients), { command: "apply" }, 0, style(80))).toBe(text);
    expect(renderClientResult(done("observe"), 3, style(80))).toBe("  ✓ a    done");
    expect(renderClientResult(failed(true), 3, style(80))).toBe("  ✗ failed  failed");
  });

  test("as Markdown has a row for each client", () => {
    const names = { project: "acme", environment: "prod" };
    expect(renderResultMarkdown("apply", names, resultOf(notStored))).toContain(
      "| `lost` | secret not stored | lost: disk full. |",
    );
    expect(renderResultMarkdown("apply", names, resultOf())).toContain("No clients.");
  });
});

describe("a list", () => {
  const client = (state: ListedClient["state"], more: Partial<ListedClient> = {}): ListedClient => ({
    key: state,
    provider: "ory",
    vendor: "ory",
    state,
    ...more,
  });

  test("shows the state, the age of the secret and its rotation", () => {
    const issuedAt = new Date(0);
    const list = [
      client("managed", { issuedAt, rotationDueAt: new Date(86_400_000) }),
      client("overlapping", { issuedAt, rotationDueAt: new Date(10 * 86_400_000) }),
      client("in_progress"),
    ];
    expect(renderList(list, 2 * 86_400_000, style(80)).split("\n")).toEqual([
      "  = managed      ory  managed      secret 2 d old, rotation due",
      "  ~ overlapping  ory  overlapping  secret 2 d old, rotation due in 8 d",
      "  * in_progress  ory  in progress",
    ]);
    expect(renderList([], 0, style(80))).toBe("No clients.");
  });

  test.each([
    [0, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [7_200_000, "2 h"],
    [86_400_000, "1 d"],
  ])("shows %i ms as %s", (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });

  test("of rotations shows what each would do", () => {
    const rotation = { key: "a", provider: "ory", kind: "second-client" } as const;
    const rotations = [
      { ...rotation, action: "begin" },
      { ...rotation, action: "finish" },
      { ...rotation, action: "none", reason: "no rotation is due" },
    ] as const;
    expect(renderRotations(rotations, style(80)).split("\n")).toEqual([
      "  ~ a  ory  begin    a second client; the first one stays valid",
      "  - a  ory  finish   the first client is deleted",
      "  = a  ory  nothing  no rotation is due",
    ]);
    expect(renderRotations([], style(80))).toBe("No clients.");
  });
});
