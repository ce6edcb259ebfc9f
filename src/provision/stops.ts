import { ifDefined } from "../core/values.js";
import type { Seen, Subject } from "./observe.js";
import type { Choice, StopReason } from "./run-types.js";
import type { FieldDifference, JournalEntry, SecretStoreStatus } from "./types.js";

/** What a person needs to decide about a client. */
export interface Stop {
  readonly reason: StopReason;
  readonly message: string;
  readonly choices: readonly Choice[];
}

/** What the messages are made of. */
interface StopFacts {
  readonly key: string;
  readonly account: string;
  readonly entry: JournalEntry | undefined;
  /** Where the journal is. */
  readonly journal: string;
  /** Where the secret is. */
  readonly at: string;
  readonly ids: readonly string[];
  readonly id: string | undefined;
  readonly status: SecretStoreStatus;
  readonly differences: readonly FieldDifference[];
  readonly managerClientId: string | undefined;
}

/** The message and the choices of a stop. */
export function describeStop(reason: StopReason, { key, provider, store, journal }: Subject, seen: Seen): Stop {
  const { entry } = seen.journal;
  const [message, choices] = texts[reason]({
    key,
    account: seen.account,
    entry,
    journal: journal.location,
    at: store?.location ?? journal.location,
    ids: seen.candidates.map(({ client }) => client.id),
    id: seen.client?.client.id ?? entry?.clientId,
    status: seen.status,
    differences: seen.differences,
    managerClientId: provider.ownClientId(),
  });
  return { reason, message: `${key}: ${message}.`, choices };
}

const resolveChoice = (resolution: NonNullable<Choice["resolution"]>, id: string | undefined, text: string): Choice => ({
  action: "resolve",
  resolution,
  ...ifDefined("id", id),
  text,
});
const trust = (id: string | undefined) => resolveChoice("trust", id, "The stored secret is right: record it and continue.");
const reissue = (id: string | undefined) => resolveChoice("reissue", id, "No consumer uses the old secret: issue another one.");
const take = (id: string) => resolveChoice("take", id, `Client ${id} belongs to this key: record it.`);
const configure = (text: string): Choice => ({ action: "configuration", text });
/** What to do with a key that is no longer declared. */
export const removeOrRename = (key: string): Choice => {
  const name = JSON.stringify(key);
  return configure(
    `Add \`removed: { ${name}: "delete" }\` or \`removed: { ${name}: "forget" }\`, or \`formerly: ${name}\` to the client that was renamed.`,
  );
};
const rotate = (text: string): Choice => ({ action: "rotate", text });

const texts: Readonly<Record<StopReason, (facts: StopFacts) => readonly [message: string, choices: readonly Choice[]]>> = {
  account_differs: ({ account, entry }) => [
    `the credentials belong to account ${account}, and the ${entry === undefined ? "configuration" : "journal or the configuration"} names another one`,
    [configure("Use the credentials of the account that the environment names.")],
  ],
  journal_of_another_client: ({ entry, journal }) => [
    `the journal at ${journal} belongs to ${entry?.project}/${entry?.environment}/${entry?.key}`,
    [configure("Give each client a store of its own, or name the former key in `formerly`.")],
  ],
  marked_client_without_journal: ({ journal, ids }) => [
    `client ${ids.join(", ")} carries this key's marker, and the journal at ${journal} does not name it`,
    [...ids.map(take), ...ids.map((one) => resolveChoice("reissue", one, `Record ${one} and issue another secret.`))],
  ],
  client_missing: ({ entry, journal, id }) => [
    `the journal at ${journal} names client ${entry?.clientId ?? "of a staged secret"}, and the vendor has no such client`,
    [
      resolveChoice("reissue", id, "The client was deleted: create another one."),
      configure("Check that the account is the right one."),
    ],
  ],
  secret_missing: ({ id, at }) => [`client ${id} exists, and its secret is not in ${at}`, [reissue(id)]],
  store_holds_another_client: ({ at, status }) => [
    `${at} holds client ${status.current?.clientId ?? status.next?.clientId ?? "of another attempt"}, and the journal does not name it`,
    [...(status.current?.clientId === undefined ? [] : [take(status.current.clientId)]), configure("Name another store.")],
  ],
  several_clients: ({ ids, id }) => [`several clients could be this one: ${ids.join(", ")}`, [trust(id), ...ids.map(take)]],
  client_with_same_name: ({ ids }) => [
    `the vendor has a client with the same name and address: ${ids.join(", ")}`,
    [...ids.map(take), configure("Name its id in `adopt`, or declare another name.")],
  ],
  adopted_client_missing: () => [
    `the vendor has no client with the id that \`adopt\` names`,
    [configure("Correct the id in `adopt`.")],
  ],
  cannot_change_in_place: ({ differences }) => [
    `${differences
      .filter(({ change }) => change === "replace")
      .map(({ field }) => field)
      .join(", ")} cannot change in place`,
    [configure("Declare a new key, move the consumers, then remove this one.")],
  ],
  undeclared: ({ key, id }) => [`client ${id ?? ""} is managed and no longer declared`, [removeOrRename(key)]],
  delete_not_allowed: ({ key, ids, id }) => [
    `client ${id ?? ids.join(", ")} is to be deleted`,
    [configure(`Allow it: allowDelete: ["${key}"].`)],
  ],
  delete_begun: ({ ids, id }) => [
    `a delete of client ${id} was begun, and the client is declared again`,
    [configure("Remove the key and delete the client, or take it back."), ...ids.map(take)],
  ],
  own_client: ({ managerClientId }) => [
    `client ${managerClientId} is the one that this manager authenticates with`,
    [configure("Manage this client with other credentials.")],
  ],
  apply_first: () => ["the client is not created yet, or an apply was interrupted", [configure("Run apply.")]],
  rotation_not_finished: () => ["the previous rotation is not finished", [rotate("Finish it: rotate with stage finish.")]],
  rotation_interrupted: () => ["a rotation was interrupted", [rotate("Continue it: rotate with stage begin.")]],
  rotation_kind_changed: () => [
    "the rotation was begun by another kind, and it is not finished",
    [configure("Declare the former kind in `rotation.by`, finish the rotation, and change the kind then.")],
  ],
  overlap_not_over: ({ entry }) => [
    `the old secret was replaced at ${entry?.previous?.replacedAt}, and its overlap has not ended`,
    [rotate("Finish later.")],
  ],
  newer_secret_exists: ({ id }) => [
    `the vendor has a newer secret of client ${id} than the store. To end the others would end the one in use`,
    [reissue(id)],
  ],
  verification_failed: ({ id }) => [`the secret of client ${id} was not accepted`, [reissue(id)]],
};
