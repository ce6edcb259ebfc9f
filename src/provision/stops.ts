import type { Observation, Subject } from "./observe.js";
import type { Choice, StopReason } from "./run-types.js";

/** What a person needs to decide about a client. */
export interface Stop {
  readonly reason: StopReason;
  readonly message: string;
  readonly choices: readonly Choice[];
}

/** The message and the choices of a stop. */
export function describeStop(reason: StopReason, { key, provider, store, journal }: Subject, seen: Observation): Stop {
  const { entry } = seen.journal;
  const ids = seen.candidates.map(({ client }) => client.id);
  const id = seen.client?.client.id ?? entry?.clientId;
  const at = store?.location ?? journal.location;
  const trust: Choice = resolveChoice("trust", id, "The stored secret is right: record it and continue.");
  const reissue: Choice = resolveChoice("reissue", id, "Nobody uses the old secret: issue another one.");
  const take = (client: string): Choice => resolveChoice("take", client, `Client ${client} belongs to this key: record it.`);
  const configure = (text: string): Choice => ({ action: "configuration", text });
  const rotate = (text: string): Choice => ({ action: "rotate", text });
  const table: Record<StopReason, readonly [string, readonly Choice[]]> = {
    account_differs: [
      `the credentials belong to account ${seen.account}, and the ${entry === undefined ? "configuration" : "journal or the configuration"} names another one`,
      [configure("Use the credentials of the account that the environment names.")],
    ],
    journal_of_another_client: [
      `the journal at ${journal.location} belongs to ${entry?.project}/${entry?.environment}/${entry?.key}`,
      [configure("Give each client a store of its own, or name the former key in `formerly`.")],
    ],
    marked_client_without_journal: [
      `client ${ids.join(", ")} carries this key's marker, and the journal at ${journal.location} does not name it`,
      [...ids.map(take), ...ids.map((one) => resolveChoice("reissue", one, `Record ${one} and issue another secret.`))],
    ],
    client_missing: [
      `the journal at ${journal.location} names client ${entry?.clientId ?? "of a staged secret"}, and the vendor has no such client`,
      [
        resolveChoice("reissue", id, "The client was deleted: create another one."),
        configure("Check that the account is the right one."),
      ],
    ],
    secret_missing: [`client ${id} exists, and its secret is not in ${at}`, [reissue]],
    store_holds_another_client: [
      `${at} holds client ${seen.status.current?.clientId ?? seen.status.next?.clientId ?? "of another attempt"}, and the journal does not name it`,
      [
        ...(seen.status.current?.clientId === undefined ? [] : [take(seen.status.current.clientId)]),
        configure("Name another store."),
      ],
    ],
    several_clients: [`several clients could be this one: ${ids.join(", ")}`, [trust, ...ids.map(take)]],
    client_with_same_name: [
      `the vendor has a client with the same name and address: ${ids.join(", ")}`,
      [...ids.map(take), configure("Name its id in `adopt`, or declare another name.")],
    ],
    adopted_client_missing: [
      `the vendor has no client with the id that \`adopt\` names`,
      [configure("Correct the id in `adopt`.")],
    ],
    cannot_change_in_place: [
      `${seen.differences
        .filter(({ change }) => change === "replace")
        .map(({ field }) => field)
        .join(", ")} cannot change in place`,
      [configure("Declare a new key, move the consumers, then remove this one.")],
    ],
    undeclared: [
      `client ${id ?? ""} is managed and no longer declared`,
      [configure("Add the key to `removed`, or name it in `formerly` of the client that was renamed.")],
    ],
    delete_not_allowed: [`client ${id ?? ids.join(", ")} is to be deleted`, [configure(`Allow it: allowDelete: ["${key}"].`)]],
    delete_begun: [
      `a delete of client ${id} was begun, and the client is declared again`,
      [configure("Remove the key and delete the client, or take it back."), ...ids.map(take)],
    ],
    own_client: [
      `client ${provider.ownClientId()} is the one that this manager authenticates with`,
      [configure("Manage this client with other credentials.")],
    ],
    apply_first: ["the client is not created yet, or an apply was interrupted", [configure("Run apply.")]],
    rotation_not_finished: ["the previous rotation is not finished", [rotate("Finish it: rotate with stage finish.")]],
    rotation_interrupted: ["a rotation was interrupted", [rotate("Continue it: rotate with stage begin.")]],
    overlap_not_over: [
      `the old secret was replaced at ${entry?.previous?.replacedAt}, and its overlap has not ended`,
      [rotate("Finish later.")],
    ],
    newer_secret_exists: [
      `the vendor has a newer secret of client ${id} than the store. To end the others would end the one in use`,
      [reissue],
    ],
    verification_failed: [`the secret of client ${id} was not accepted`, [reissue]],
  };
  const [message, choices] = table[reason];
  return { reason, message: `${key}: ${message}.`, choices };
}

function resolveChoice(resolution: NonNullable<Choice["resolution"]>, id: string | undefined, text: string): Choice {
  return { action: "resolve", resolution, ...(id === undefined ? {} : { id }), text };
}
