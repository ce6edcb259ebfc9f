import { createSign, generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";
import type { OrySimulator } from "../../../../src/simulators/ory/simulator.js";
import { type NormalizedResponse, normalize } from "./normalize.js";

/** One recorded request. */
export interface Step {
  readonly name: string;
  readonly site: "admin" | "public";
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly basic?: readonly [id: string, secret: string];
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly body?: string;
  /** Content that is not UTF-8, in base64. */
  readonly bytes?: string;
  /** The assertion gets another signature. */
  readonly badSignature?: true;
  /** Members of the response to keep, by variable. `*` is the whole response, `link` the next page. */
  readonly save?: Readonly<Record<string, string>>;
}

type Variables = Record<string, unknown>;

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keys: Readonly<Record<string, JsonWebKey>> = {
  rsaPub: rsa.publicKey.export({ format: "jwk" }),
  rsaPriv: rsa.privateKey.export({ format: "jwk" }),
  ecPub: ec.publicKey.export({ format: "jwk" }),
  ecPriv: ec.privateKey.export({ format: "jwk" }),
};

/** Sends the steps one after another. */
export async function replay(simulator: OrySimulator, steps: readonly Step[]): Promise<readonly NormalizedResponse[]> {
  const variables: Variables = { ...simulator.urls };
  const responses: NormalizedResponse[] = [];
  for (const step of steps) {
    const url = simulator.urls[step.site] + resolve(step.path, variables);
    const response = await simulator.fetch(url, toInit(step, variables)).catch(() => undefined);
    if (response === undefined) {
      responses.push({ status: 0, headers: {} });
      continue;
    }
    const text = await response.text();
    save(step.save ?? {}, response, text, variables);
    responses.push(normalize(response, text, simulator.urls));
  }
  return responses;
}

function toInit(step: Step, variables: Variables): RequestInit {
  const headers: Record<string, string> = { accept: "application/json" };
  for (const [name, value] of Object.entries(step.headers ?? {})) headers[name] = resolve(value, variables);
  let body: string | Uint8Array<ArrayBuffer> | undefined = step.body;
  if ("json" in step) {
    body = resolve(JSON.stringify(step.json), variables);
    headers["content-type"] ??= "application/json";
  }
  if (step.form) {
    const fields = Array.isArray(step.form) ? (step.form as [string, string][]) : Object.entries(step.form);
    const resolved = fields.map(([name, value]) => [name, resolve(value, variables)]);
    const form = new URLSearchParams(resolved as [string, string][]).toString();
    body = step.badSignature ? `${form.slice(0, -6)}AAAAAA` : form;
    headers["content-type"] ??= "application/x-www-form-urlencoded";
  }
  if (step.bytes !== undefined) body = new Uint8Array(Buffer.from(step.bytes, "base64"));
  if (step.basic) {
    const pair = step.basic.map((part) => encodeURIComponent(resolve(part, variables))).join(":");
    headers.authorization = `Basic ${btoa(pair)}`;
  }
  // As bytes, so that fetch adds no content type.
  const content = typeof body === "string" ? new Uint8Array(Buffer.from(body)) : body;
  return { method: step.method, headers, redirect: "manual", ...(content?.length ? { body: content } : {}) };
}

/** Replaces `{{name|default}}`, `{{encoded:name|default}}`, `{{tampered:name|default}}`, `{{key:name.member}}` and `{{jwt:description}}`. */
function resolve(text: string, variables: Variables): string {
  return text.replace(
    /\{\{(?:(\w+):)?([^|}]+)(?:\|([^}]*))?\}\}/g,
    (_, kind: string | undefined, name: string, standard = "") => {
      if (kind === "jwt") return resolve(sign(name), variables);
      const [object = "", member] = name.split(".");
      if (kind === "key") return String(keys[object]?.[member ?? ""]);
      const variable = variables[object];
      const value = member === undefined ? variable : (variable as Variables | undefined)?.[member];
      const found = String(value ?? standard);
      if (kind === "encoded") return encodeURIComponent(found);
      return kind === "tampered" ? encodeURIComponent(`${found.slice(0, -1)}A`) : found;
    },
  );
}

/** Signs an assertion. Claims with `offset` are times in seconds from now. */
function sign(description: string): string {
  const { claims, alg, kid, key, typ } = JSON.parse(Buffer.from(description, "base64url").toString()) as {
    claims: Record<string, unknown>;
    alg: string;
    kid: string | null;
    key: "rsa" | "ec";
    typ?: string;
  };
  const nowSeconds = Math.floor(Date.now() / 1000);
  const payload = Object.fromEntries(
    Object.entries(claims).map(([name, value]) => {
      const offset = (value as { offset?: number } | null)?.offset;
      return [name, offset === undefined ? value : nowSeconds + offset];
    }),
  );
  const text = JSON.stringify(payload).replace(/\{\{public\}\}/g, "http://127.0.0.1:4444");
  const header = JSON.stringify({ alg, ...(kid === null ? {} : { kid }), ...(typ === undefined ? {} : { typ }) });
  const input = [header, text].map((part) => Buffer.from(part).toString("base64url")).join(".");
  const signer = createSign(`sha${alg.slice(2)}`).update(input);
  return `${input}.${signer.sign(signingOptions(alg, key === "ec" ? ec.privateKey : rsa.privateKey)).toString("base64url")}`;
}

function signingOptions(alg: string, key: KeyObject) {
  if (alg.startsWith("ES")) return { key, dsaEncoding: "ieee-p1363" as const };
  // RSASSA-PSS (RFC 7518 section 3.5) has the padding 6.
  return alg.startsWith("PS") ? { key, padding: 6, saltLength: Number(alg.slice(2)) / 8 } : { key };
}

function save(saved: NonNullable<Step["save"]>, response: Response, text: string, variables: Variables): void {
  for (const [name, member] of Object.entries(saved)) {
    if (member === "link") {
      const next = /<([^>]*)>; ?rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
      variables[name] = name === "next" ? next : new URLSearchParams(next?.split("?")[1]).get("page_token");
      continue;
    }
    const json = (/^\{/.test(text) ? JSON.parse(text) : {}) as Variables;
    const value = member === "*" ? json : json[member];
    const [object = "", inner] = name.split(".");
    if (inner === undefined) variables[object] = value;
    else if (value !== undefined) variables[object] = { ...(variables[object] as Variables), [inner]: value };
  }
}
