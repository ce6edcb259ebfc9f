import type { StopReason } from "./run-types.js";

/** What the configuration wants for a key. `adopted`: a client that exists and that the declaration names by its id. */
export const wantedValues = ["managed", "adopted", "forgotten", "deleted"] as const;
/** Where the client's secret goes. `none`: the client has no secret, or it is unmanaged. */
export const secretValues = ["store", "sink", "none"] as const;
/** Whether the account of the credentials is the one that the configuration and the journal name. */
export const accountValues = ["same", "other"] as const;
/** The journal entry. `pending`: it has no client id yet. `foreign`: it belongs to another client. */
export const entryValues = ["none", "pending", "recorded", "foreign"] as const;
/** The open intent. `busy`: it belongs to another run and has not been unchanged for the settle time. */
export const intentValues = ["none", "busy", "create", "rotate", "finish", "delete"] as const;
/**
 * The client at the vendor.
 * - `absent`: confirmed by the vendor's 404 or by a complete listing
 * - `recorded`: the client that the journal names
 * - `attempt`: one client that carries the attempt id of an open create intent
 * - `attempts`: several of these and no other
 * - `marked`: a client that carries the key's marker, and neither the journal's id nor an open attempt id
 * - `adoptable`: the client that the declaration names by its id, not recorded yet
 * - `same_name`: a client without marker whose name and address are the declared ones
 * - `several`: more than one, in any other combination
 */
export const clientValues = [
  "absent",
  "recorded",
  "attempt",
  "attempts",
  "marked",
  "adoptable",
  "same_name",
  "several",
] as const;
/**
 * The secret store. `current`: consumers read the id of the observed client. `staged`: the slot `next` holds the secret of the open
 * attempt. `other`: another client's id. `unknown`: the store cannot be inspected, or has no content to inspect.
 */
export const storedValues = ["empty", "current", "staged", "other", "unknown"] as const;
/** How a secret that was issued and lost is issued again: by a rotation of the client, or by another client. */
export const reissueValues = ["rotate", "recreate"] as const;
/** The declared fields compared with the client. */
export const fieldsValues = ["same", "update", "replace"] as const;

/** Everything that a decision depends on. */
export interface Situation {
  readonly wanted: (typeof wantedValues)[number];
  readonly secret: (typeof secretValues)[number];
  readonly account: (typeof accountValues)[number];
  readonly entry: (typeof entryValues)[number];
  readonly intent: (typeof intentValues)[number];
  readonly client: (typeof clientValues)[number];
  readonly stored: (typeof storedValues)[number];
  readonly reissue: (typeof reissueValues)[number];
  readonly fields: (typeof fieldsValues)[number];
  /** Whether the client is the one that the manager itself authenticates with. */
  readonly own: boolean;
}

/**
 * One step. `promote`: verify the staged secret and make it current. `close`: record the client and close the intents. `discard`:
 * delete a duplicate of an open attempt. `drop`: remove the stored secret and the journal entry.
 */
export type Decision =
  | {
      readonly step:
        | "none"
        | "busy"
        | "create"
        | "adopt"
        | "update"
        | "promote"
        | "close"
        | "reissue"
        | "recreate"
        | "discard"
        | "delete"
        | "drop"
        | "forget";
    }
  | { readonly step: "stop"; readonly reason: StopReason };

const stop = (reason: StopReason): Decision => ({ step: "stop", reason });

/** Decides the next step for one client. Pure, and total: every situation has one decision. */
export function decide(situation: Situation): Decision {
  const { wanted, account, entry, intent } = situation;
  if (account === "other") return stop("account_differs");
  if (entry === "foreign") return stop("journal_of_another_client");
  if (situation.own) return stop("own_client");
  if (intent === "busy") return { step: "busy" };
  switch (wanted) {
    case "forgotten":
      return decideRemoval(situation, { step: "forget" }, { step: "forget" });
    case "deleted":
      return decideRemoval(situation, { step: "delete" }, { step: "drop" });
    case "managed":
    case "adopted":
      return decideManaged(situation);
  }
}

function decideRemoval({ entry, client }: Situation, present: Decision, gone: Decision): Decision {
  switch (client) {
    case "absent":
    case "adoptable":
    case "same_name":
      return entry === "none" ? { step: "none" } : gone;
    case "recorded":
    case "attempt":
    case "attempts":
    case "marked":
      return present;
    case "several":
      return stop("several_clients");
  }
}

function decideManaged(situation: Situation): Decision {
  const { client, intent } = situation;
  if (intent === "delete") return client === "absent" ? { step: "drop" } : stop("delete_begun");
  switch (client) {
    case "absent":
      return decideAbsent(situation);
    case "recorded":
      return decideRecorded(situation);
    case "attempt":
      return decideAttempt(situation);
    case "attempts":
      return intent === "create" && situation.entry === "pending" ? { step: "discard" } : stop("several_clients");
    case "marked":
      return stop("marked_client_without_journal");
    case "adoptable":
      if (situation.secret === "store" && (situation.stored === "other" || situation.stored === "staged"))
        return stop("store_holds_another_client");
      return situation.entry === "recorded" ? stop("client_missing") : { step: "adopt" };
    case "same_name":
      return stop(situation.entry === "recorded" ? "client_missing" : "client_with_same_name");
    case "several":
      return stop("several_clients");
  }
}

// A store that holds an id which the vendor does not have: another account, or a client that was deleted outside of this project.
function decideAbsent({ wanted, secret, entry, stored, intent }: Situation): Decision {
  if (entry === "recorded") return stop("client_missing");
  if (wanted === "adopted") return stop("adopted_client_missing");
  if (secret !== "store") return { step: "create" };
  switch (stored) {
    case "empty":
    case "unknown":
      return { step: "create" };
    case "staged":
      // No consumer has read it: its client was deleted again, because its secret seemed to be lost.
      return intent === "create" ? { step: "create" } : stop("store_holds_another_client");
    case "current":
      return stop(intent === "create" ? "client_missing" : "store_holds_another_client");
    case "other":
      return stop("store_holds_another_client");
  }
}

function decideRecorded(situation: Situation): Decision {
  if (situation.secret !== "store") return decideFields(situation);
  switch (situation.stored) {
    case "empty":
      return stop("secret_missing");
    case "other":
      return stop("store_holds_another_client");
    case "staged":
      return situation.intent === "create" ? { step: "promote" } : decideFields(situation);
    case "current":
    case "unknown":
      return decideFields(situation);
  }
}

function decideFields({ intent, fields }: Situation): Decision {
  // The open create can only be a remainder: the journal has a client already.
  if (intent === "create") return { step: "close" };
  switch (fields) {
    case "same":
      return { step: "none" };
    case "update":
      return { step: "update" };
    case "replace":
      return stop("cannot_change_in_place");
  }
}

// The client was created by an attempt whose end is not recorded. Only an open intent permits to issue its secret again.
function decideAttempt({ entry, intent, secret, stored, reissue }: Situation): Decision {
  if (entry === "recorded") return stop("several_clients");
  if (intent !== "create") return stop("marked_client_without_journal");
  if (secret === "none") return { step: "close" };
  const again: Decision = { step: reissue === "rotate" ? "reissue" : "recreate" };
  if (secret === "sink") return again;
  switch (stored) {
    case "staged":
      return { step: "promote" };
    case "current":
      return { step: "close" };
    case "empty":
    case "unknown":
      return again;
    case "other":
      return stop("store_holds_another_client");
  }
}
