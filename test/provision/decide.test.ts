import { describe, expect, test } from "vitest";
import * as values from "../../src/provision/decide.js";
import { decide, type Situation } from "../../src/provision/decide.js";
import { combinations, matching, type Row } from "./combinations.js";

const all = {
  wanted: values.wantedValues,
  secret: values.secretValues,
  account: values.accountValues,
  entry: values.entryValues,
  intent: values.intentValues,
  client: values.clientValues,
  stored: values.storedValues,
  reissue: values.reissueValues,
  fields: values.fieldsValues,
  own: [false, true],
} as const;

// What must hold before anything else is considered, in this order. Each of them ends the decision.
const guards: readonly Row<Situation>[] = [
  [{ account: "other" }, "stop account_differs"],
  [{ entry: "foreign" }, "stop journal_of_another_client"],
  [{ own: true }, "stop own_client"],
  [{ intent: "busy" }, "busy"],
];

// The values that no guard matches.
const unguarded = {
  ...all,
  account: ["same"],
  entry: ["none", "pending", "recorded"],
  intent: ["none", "create", "rotate", "finish", "delete"],
  own: [false],
} as const;

const managed = ["managed", "adopted"] as const;
const open = ["none", "create", "rotate", "finish"] as const;
const withoutCreate = ["none", "rotate", "finish"] as const;
const noSlots = ["sink", "none"] as const;
const unnamed = ["none", "pending"] as const;
const carried = ["recorded", "attempt", "attempts", "marked"] as const;
const notOurs = ["absent", "adoptable", "same_name"] as const;

const table: readonly Row<Situation>[] = [
  // removed: forget
  [{ wanted: "forgotten", client: carried }, "forget"],
  [{ wanted: "forgotten", client: notOurs, entry: "none" }, "none"],
  [{ wanted: "forgotten", client: notOurs, entry: ["pending", "recorded"] }, "forget"],
  // removed: delete
  [{ wanted: "deleted", client: carried }, "delete"],
  [{ wanted: "deleted", client: notOurs, entry: "none" }, "none"],
  [{ wanted: "deleted", client: notOurs, entry: ["pending", "recorded"] }, "drop"],
  [{ wanted: ["forgotten", "deleted"], client: "several" }, "stop several_clients"],
  // a delete was begun, and the client is declared again
  [{ wanted: managed, intent: "delete", client: "absent" }, "drop"],
  [{ wanted: managed, intent: "delete", client: [...carried, "adoptable", "same_name", "several"] }, "stop delete_begun"],
  // the vendor has no such client
  [{ wanted: managed, intent: open, client: "absent", entry: "recorded" }, "stop client_missing"],
  [{ wanted: "adopted", intent: open, client: "absent", entry: unnamed }, "stop adopted_client_missing"],
  [{ wanted: "managed", intent: open, client: "absent", entry: unnamed, secret: noSlots }, "create"],
  [
    { wanted: "managed", intent: open, client: "absent", entry: unnamed, secret: "store", stored: ["empty", "unknown"] },
    "create",
  ],
  [
    { wanted: "managed", intent: open, client: "absent", entry: unnamed, secret: "store", stored: "other" },
    "stop store_holds_another_client",
  ],
  [
    {
      wanted: "managed",
      intent: withoutCreate,
      client: "absent",
      entry: unnamed,
      secret: "store",
      stored: ["current", "staged"],
    },
    "stop store_holds_another_client",
  ],
  [{ wanted: "managed", intent: "create", client: "absent", entry: unnamed, secret: "store", stored: "staged" }, "create"],
  [
    { wanted: "managed", intent: "create", client: "absent", entry: unnamed, secret: "store", stored: "current" },
    "stop client_missing",
  ],
  // the client that the journal names
  [{ wanted: managed, intent: open, client: "recorded", secret: "store", stored: "empty" }, "stop secret_missing"],
  [{ wanted: managed, intent: open, client: "recorded", secret: "store", stored: "other" }, "stop store_holds_another_client"],
  [{ wanted: managed, intent: "create", client: "recorded", secret: "store", stored: "staged" }, "promote"],
  [{ wanted: managed, intent: "create", client: "recorded", secret: "store", stored: ["current", "unknown"] }, "close"],
  [{ wanted: managed, intent: "create", client: "recorded", secret: noSlots }, "close"],
  ...(["same", "update", "replace"] as const).flatMap((fields): Row<Situation>[] => {
    const decision = { same: "none", update: "update", replace: "stop cannot_change_in_place" }[fields];
    const common = { wanted: managed, intent: withoutCreate, client: "recorded", fields } as const;
    return [
      [{ ...common, secret: noSlots }, decision],
      [{ ...common, secret: "store", stored: ["current", "staged", "unknown"] }, decision],
    ];
  }),
  // a client of an open attempt
  [{ wanted: managed, intent: open, client: "attempt", entry: "recorded" }, "stop several_clients"],
  [{ wanted: managed, intent: withoutCreate, client: "attempt", entry: unnamed }, "stop marked_client_without_journal"],
  [{ wanted: managed, intent: "create", client: "attempt", entry: unnamed, secret: "none" }, "close"],
  ...(["rotate", "recreate"] as const).flatMap((reissue): Row<Situation>[] => {
    const decision = { rotate: "reissue", recreate: "recreate" }[reissue];
    const common = { wanted: managed, intent: "create", client: "attempt", entry: unnamed, reissue } as const;
    return [
      [{ ...common, secret: "sink" }, decision],
      [{ ...common, secret: "store", stored: ["empty", "unknown"] }, decision],
    ];
  }),
  [{ wanted: managed, intent: "create", client: "attempt", entry: unnamed, secret: "store", stored: "staged" }, "promote"],
  [{ wanted: managed, intent: "create", client: "attempt", entry: unnamed, secret: "store", stored: "current" }, "close"],
  [
    { wanted: managed, intent: "create", client: "attempt", entry: unnamed, secret: "store", stored: "other" },
    "stop store_holds_another_client",
  ],
  // more than one client, or a client that no journal names
  [{ wanted: managed, intent: "create", client: "attempts", entry: "pending" }, "discard"],
  [{ wanted: managed, intent: "create", client: "attempts", entry: ["none", "recorded"] }, "stop several_clients"],
  [{ wanted: managed, intent: withoutCreate, client: "attempts" }, "stop several_clients"],
  [{ wanted: managed, intent: open, client: "several" }, "stop several_clients"],
  [{ wanted: managed, intent: open, client: "marked" }, "stop marked_client_without_journal"],
  [{ wanted: managed, intent: open, client: "same_name", entry: unnamed }, "stop client_with_same_name"],
  [{ wanted: managed, intent: open, client: "same_name", entry: "recorded" }, "stop client_missing"],
  // the client that the declaration names by its id
  [
    { wanted: managed, intent: open, client: "adoptable", secret: "store", stored: ["other", "staged"] },
    "stop store_holds_another_client",
  ],
  [{ wanted: managed, intent: open, client: "adoptable", secret: noSlots, entry: unnamed }, "adopt"],
  [{ wanted: managed, intent: open, client: "adoptable", secret: noSlots, entry: "recorded" }, "stop client_missing"],
  ...(["empty", "current", "unknown"] as const).flatMap((stored): Row<Situation>[] => [
    [{ wanted: managed, intent: open, client: "adoptable", secret: "store", stored, entry: unnamed }, "adopt"],
    [{ wanted: managed, intent: open, client: "adoptable", secret: "store", stored, entry: "recorded" }, "stop client_missing"],
  ]),
];

const show = (situation: Situation) => {
  const decision = decide(situation);
  return decision.step === "stop" ? `stop ${decision.reason}` : decision.step;
};

function expected(situation: Situation): string[] {
  const guard = matching(guards, situation)[0];
  return guard === undefined ? [...new Set(matching(table, situation))] : [guard];
}

/** The situations that break a rule, at most five. */
function violations(values: typeof all | typeof unguarded, isValid: (situation: Situation) => boolean): Situation[] {
  const found: Situation[] = [];
  for (const situation of combinations<Situation>(values)) if (!isValid(situation)) found.push(situation);
  return found.slice(0, 5);
}

describe("decide", () => {
  test("the guards hold before anything else: nothing is written for another account, a foreign journal, or the manager's own client", () => {
    expect(
      violations(all, (situation) => {
        const guard = guards.find(([pattern]) => matching([[pattern, ""]], situation).length > 0);
        return guard === undefined || show(situation) === guard[1];
      }),
    ).toEqual([]);
  });

  test("every situation has exactly one decision, that of the table", () => {
    expect(
      violations(unguarded, (situation) => {
        const decisions = expected(situation);
        return decisions.length === 1 && decisions[0] === show(situation);
      }),
    ).toEqual([]);
  });

  // The rules that must hold whatever the table says.
  test("a secret is issued again only where a create intent is open, and never for a recorded client", () => {
    expect(
      violations(unguarded, (situation) => {
        const again = ["reissue", "recreate", "discard"].includes(decide(situation).step);
        const { client, entry, intent } = situation;
        return !again || (intent === "create" && entry !== "recorded" && /^attempts?$/.test(client));
      }),
    ).toEqual([]);
  });

  test("a client is deleted only where the configuration says so, or as a duplicate of an open attempt", () => {
    expect(violations(unguarded, (one) => decide(one).step !== "delete" || one.wanted === "deleted")).toEqual([]);
  });
});
