import type { ClientCredentials } from "../../core/credentials.js";
import type { CallOptions } from "../../core/manager.js";
import type { SecretSinkContext } from "../../core/secret-sink.js";
import { VersionConflictError } from "../errors.js";
import type { SecretRecord, SecretSlot, SecretStore, VersionedDocument } from "../types.js";
import { type ConsumerDocument, type Fields, readRecord, writeRecord } from "./fields.js";

/** One document of a store that is replaced as a whole. */
export interface SlotDocument {
  /** `undefined` only when the store confirms that it does not exist. */
  readonly read: (options?: CallOptions) => Promise<Fields | undefined>;
  readonly write: (fields: Fields, options?: CallOptions) => Promise<void>;
  /** A document that does not exist is not an error. */
  readonly remove: (options?: CallOptions) => Promise<void>;
}

/** What a secret store is made of: the document that consumers read, and two documents beside it. */
export interface SlotStoreParts {
  readonly location: string;
  readonly keys: ConsumerDocument;
  readonly current: SlotDocument;
  readonly next: SlotDocument;
  readonly journal: VersionedDocument;
  readonly check: (context: SecretSinkContext) => Promise<void>;
  /** Whether a slot is filled, where its secret may not be read. Absent: the error of the read stands. */
  readonly exists?: (slot: SecretSlot, error: unknown, options?: CallOptions) => Promise<boolean>;
}

/** Makes a secret store of three documents. */
export function createSlotStore({ location, keys, current, next, journal, check, exists }: SlotStoreParts): SecretStore {
  async function read(slot: SecretSlot, options?: CallOptions): Promise<SecretRecord | undefined> {
    if (slot === "next") {
      const fields = await next.read(options);
      return fields && readRecord(fields);
    }
    const credentials = keys.read((await current.read(options)) ?? {});
    return credentials && { credentials, attemptId: "", issuedAt: "" };
  }

  async function slotStatus(slot: SecretSlot, options?: CallOptions) {
    try {
      const found = await read(slot, options);
      if (!found) return {};
      const { attemptId, credentials } = found;
      return { [slot]: { clientId: credentials.clientId, ...(slot === "next" ? { attemptId } : {}) } };
    } catch (error) {
      if (!exists) throw error;
      return (await exists(slot, error, options)) ? { [slot]: {} } : {};
    }
  }

  const stage = (secret: SecretRecord, options?: CallOptions) => next.write(writeRecord(secret), options);
  const unstage = (options?: CallOptions) => next.remove(options);

  return {
    location,
    journal,
    check,
    read,
    ...pendingSlot({ read, stage, unstage }, (credentials) => current.write(keys.write(credentials))),
    stage,
    async promote(attemptId, options) {
      const staged = await read("next", options);
      if (staged?.attemptId !== attemptId) throw conflict(location, staged);
      await current.write(keys.write(staged.credentials), options);
    },
    unstage,
    status: async (options) => ({ ...(await slotStatus("current", options)), ...(await slotStatus("next", options)) }),
    async remove(options) {
      await next.remove(options);
      await current.remove(options);
    },
  };
}

/**
 * The methods of a secret sink, for a store that is passed to a manager itself: a pending secret is a staged one. Where the vendor
 * generates the secret, there is none to stage.
 */
export function pendingSlot(
  store: Required<Pick<SecretStore, "read">> & Pick<SecretStore, "stage" | "unstage">,
  write: (credentials: ClientCredentials) => Promise<void>,
): Required<Pick<SecretStore, "writePending" | "removePending">> & Pick<SecretStore, "write"> {
  async function removePending({ attemptId }: SecretSinkContext): Promise<void> {
    if (attemptId !== undefined && (await store.read("next"))?.attemptId === attemptId) await store.unstage();
  }
  return {
    async writePending({ credentials, since }, { attemptId = "" }) {
      if (credentials) await store.stage({ credentials, attemptId, issuedAt: since });
    },
    removePending,
    async write(credentials, context) {
      await write(credentials);
      // The secret is stored: a pending secret that stays is reported by `status` and replaced by the next one.
      await removePending(context).catch(() => undefined);
    },
  };
}

/** The error of a promotion whose secret is not staged. */
export function conflict(location: string, staged: { readonly attemptId?: string } | undefined): VersionConflictError {
  const found = staged === undefined ? "no secret is staged" : "the staged secret belongs to another attempt";
  return new VersionConflictError(`${location}: ${found}. The current secret is unchanged. Run plan to see the state.`);
}
