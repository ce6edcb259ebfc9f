import * as z from "zod";
import { NotFoundError, ResponseError } from "../../core/errors.js";
import type { ErrorResponse } from "../../core/http/errors.js";
import { createHttp, type Http } from "../../core/http/request.js";
import type { Verb } from "../../core/http/types.js";
import type { CallOptions } from "../../core/manager.js";
import { readTransport, type TransportOptions } from "../../core/options.js";
import { isObject } from "../../core/values.js";
import type { SecretInput } from "../types.js";
import { type Fields, requireValid } from "./fields.js";

/** Where and how a Vault or OpenBao server is reached. */
export interface VaultConnection extends TransportOptions {
  /** Base URL, for example `https://vault.example.com:8200`. */
  readonly address: string;
  /** The token, or its source, which is read before each request: `fromEnv("VAULT_TOKEN")`, `fromFile("/run/vault/token")`. */
  readonly token: string | Pick<SecretInput, "read">;
  /**
   * The mount of a KV version 2 engine.
   * @default "secret"
   */
  readonly mount?: string;
  /** The namespace of Vault Enterprise, HCP Vault or OpenBao. */
  readonly namespace?: string;
}

/** A document of KV version 2, with its version. */
export interface KvDocument {
  /** `undefined`: this version was deleted. */
  readonly fields: Fields | undefined;
  readonly version: number;
  /** How long this version has existed, by the server's clock, in milliseconds. */
  readonly ageMs?: number;
}

/** The requests of KV version 2. */
export interface VaultClient {
  /** `undefined` only when the server confirms that there is no document. */
  readonly read: (operation: string, path: string, options?: CallOptions) => Promise<KvDocument | undefined>;
  /**
   * Writes a version and resolves to its number.
   * @param cas - the version to replace, 0 for none. Absent: any version, and the request is repeated after a broken connection
   * @throws {ResponseError} with `vendorCode` `cas_mismatch`: the document has another version
   */
  readonly write: (operation: string, path: string, fields: Fields, cas?: number, options?: CallOptions) => Promise<number>;
  /** Removes all versions for ever. */
  readonly remove: (operation: string, path: string, options?: CallOptions) => Promise<void>;
  /** Whether a document exists, without its content. */
  readonly exists: (operation: string, path: string, options?: CallOptions) => Promise<boolean>;
  /** The names in a folder. Folders end in `/`. */
  readonly list: (operation: string, path: string, options?: CallOptions) => Promise<readonly string[]>;
  /** What the token may do with a document. `undefined`: the token may not ask. */
  readonly capabilities: (
    operation: string,
    paths: readonly string[],
  ) => Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The options of the mount, such as `version`. `undefined`: the token may not ask. */
  readonly mountOptions: (operation: string) => Promise<Fields | undefined>;
}

type Paths = Readonly<
  Record<
    string,
    Readonly<
      Record<
        Verb,
        {
          responses: unknown;
          parameters: { query?: { list?: string } };
          requestBody?: { content: { "application/json": unknown } };
        }
      >
    >
  >
>;

const metadata = z.object({ version: z.number(), created_time: z.string() });
const readWire = z.object({ data: z.object({ data: z.record(z.string(), z.unknown()), metadata }) });
const writtenWire = z.object({ data: z.object({ version: z.number() }) });
const statusWire = z.object({
  data: z.object({
    current_version: z.number(),
    versions: z.record(z.string(), z.object({ deletion_time: z.string(), destroyed: z.boolean() })),
  }),
});
const listWire = z.object({ data: z.object({ keys: z.array(z.string()) }) });
const objectWire = z.object({ data: z.record(z.string(), z.unknown()) });

/**
 * Makes the client of one KV engine.
 * @throws {ConfigurationError} an option is invalid
 */
export function createVaultClient(factory: string, options: VaultConnection): VaultClient {
  const { address, token, mount = "secret", namespace } = options;
  const validToken = isObject(token) || (typeof token === "string" && token !== "");
  requireValid(factory, [
    ...(validToken ? [] : [{ path: "token", message: "expected a token or its source" }]),
    ...(isPath(mount) ? [] : [{ path: "mount", message: "expected the path of a mount" }]),
  ]);
  const authorize = async (_: unknown, signal: AbortSignal) => {
    const value = typeof token === "string" ? token : (await token.read({ signal })).trim();
    const headers = { "x-vault-request": "true", "x-vault-token": value };
    return { headers: namespace === undefined ? headers : { ...headers, "x-vault-namespace": namespace }, secrets: [value] };
  };
  const transport = readTransport({ ...options, timeoutMs: options.timeoutMs ?? 30_000 });
  const http: Http<Paths> = createHttp({ vendor: "vault", baseUrl: address, authorize, parseErrorResponse, ...transport });
  return { ...documentRequests(http, mount), ...accessRequests(http, mount) };
}

function documentRequests(http: Http<Paths>, mount: string): Omit<VaultClient, keyof ReturnType<typeof accessRequests>> {
  const url = (kind: "data" | "metadata", path: string) =>
    `/v1/${[...mount.split("/"), kind, ...path.split("/")].map(encodeURIComponent).join("/")}`;

  return {
    async read(operation, path, options) {
      try {
        const request = { operation, method: "get", path: url("data", path), returns: readWire, options } as const;
        const { value, headers } = await http(request);
        const { data, metadata } = value.data;
        const ageMs = Date.parse(headers.get("date") ?? "") - Date.parse(metadata.created_time);
        return { fields: data, version: metadata.version, ...(Number.isNaN(ageMs) ? {} : { ageMs: Math.max(0, ageMs) }) };
      } catch (error) {
        if (isAbsent(error)) return undefined;
        const deleted = /^deleted_version (\d+)$/.exec(codeOf(error))?.[1];
        if (deleted === undefined) throw error;
        return { fields: undefined, version: Number(deleted) };
      }
    },
    async write(operation, path, fields, cas, options) {
      const { value } = await http({
        operation,
        method: "post",
        path: url("data", path),
        json: { data: fields, ...(cas === undefined ? {} : { options: { cas } }) },
        idempotent: cas === undefined,
        secrets: Object.values(fields).filter((field) => typeof field === "string"),
        returns: writtenWire,
        options,
      });
      return value.data.version;
    },
    async remove(operation, path, options) {
      await http({ operation, method: "delete", path: url("metadata", path), options });
    },
    async exists(operation, path, options) {
      const request = { operation, method: "get", path: url("metadata", path), returns: statusWire, options } as const;
      const found = await http(request).catch(ignoreAbsent);
      const { current_version, versions } = found?.value.data ?? { current_version: 0, versions: {} };
      const latest = versions[current_version];
      return latest !== undefined && latest.deletion_time === "" && !latest.destroyed;
    },
    async list(operation, path, options) {
      const query = { list: "true" };
      const request = {
        operation,
        method: "get",
        path: `${url("metadata", path)}/`,
        query,
        returns: listWire,
        options,
      } as const;
      return (await http(request).catch(ignoreAbsent))?.value.data.keys ?? [];
    },
  };
}

// What a token may do. A token that may not ask gets 403.
function accessRequests(http: Http<Paths>, mount: string): Pick<VaultClient, "capabilities" | "mountOptions"> {
  return {
    async capabilities(operation, paths) {
      const names = paths.map((path) => `${mount}/data/${path}`);
      const request = {
        operation,
        method: "post",
        path: "/v1/sys/capabilities-self",
        readsOnly: true,
        returns: objectWire,
      } as const;
      const found = await http({ ...request, json: { paths: names } }).catch(ignoreForbidden);
      return found && Object.fromEntries(paths.map((path, index) => [path, found.value.data[names[index] ?? ""]]));
    },
    async mountOptions(operation) {
      const path = `/v1/sys/internal/ui/mounts/${mount}`;
      const found = await http({ operation, method: "get", path, returns: objectWire }).catch(ignoreForbidden);
      const mountOptions = found?.value.data.options;
      return found && (isObject(mountOptions) ? mountOptions : {});
    },
  };
}

/** Whether a value can be a path below a mount: segments that are not empty and not dots. */
export function isPath(value: unknown): value is string {
  return (
    typeof value === "string" && value.split("/").every((part) => !/^\.{0,2}$/.test(part) && !/[\p{Cc}\p{Cs}]/u.test(part))
  );
}

/** The `vendorCode` of an error response. */
export function codeOf(error: unknown): string {
  return (error instanceof ResponseError && error.vendorCode) || "";
}

// The server's 404 for a document that never existed has an empty list of errors; one for an unknown mount, or of a gateway, has not.
function parseErrorResponse({ status, body }: ErrorResponse) {
  const { errors, data } = isObject(body) ? body : {};
  if (!Array.isArray(errors)) {
    const version = isObject(data) && isObject(data.metadata) ? data.metadata.version : undefined;
    return status === 404 && typeof version === "number"
      ? { message: "this version was deleted", vendorCode: `deleted_version ${version}` }
      : {};
  }
  const message = errors.filter((error) => typeof error === "string").join("; ");
  if (status === 404 && errors.length === 0) return { message: "no such document", vendorCode: "absent" };
  if (/check-and-set parameter did not match/.test(message)) return { message, vendorCode: "cas_mismatch" };
  if (/check-and-set parameter required/.test(message)) return { message, vendorCode: "cas_required" };
  return { message };
}

function isAbsent(error: unknown): boolean {
  return error instanceof NotFoundError && error.vendorCode === "absent";
}

function ignoreAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}

function ignoreForbidden(error: unknown): undefined {
  if (!(error instanceof ResponseError && error.status === 403)) throw error;
}
