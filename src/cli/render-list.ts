import type { ListedClient, RotationKind } from "oauth-clients/provision";
import type { Style } from "./context.js";
import { renderTable, shortLocation } from "./table.js";

/** The managed clients as a table. */
export function renderList(clients: readonly ListedClient[], now: number, style: Style): string {
  if (clients.length === 0) return "No clients.";
  const rows = clients.map(({ key, provider, state, id, secretStore, issuedAt, rotationDueAt }) => ({
    symbol: symbols[state],
    columns: [key, provider, state.replaceAll("_", " ")],
    details: [
      ...(id === undefined ? [] : [id]),
      ...(secretStore === undefined ? [] : [shortLocation(secretStore)]),
      ...(issuedAt === undefined ? [] : [`secret ${formatAge(now - issuedAt.getTime())} old${formatDue(rotationDueAt, now)}`]),
    ],
  }));
  return renderTable(rows, style).join("\n");
}

const symbols: Readonly<Record<ListedClient["state"], string>> = {
  managed: "=",
  in_progress: "*",
  overlapping: "~",
  not_created: "+",
  undeclared: "!",
  unmanaged: "?",
};

function formatDue(dueAt: Date | undefined, now: number): string {
  if (dueAt === undefined) return "";
  const leftMs = dueAt.getTime() - now;
  return leftMs <= 0 ? ", rotation due" : `, rotation due in ${formatAge(leftMs)}`;
}

/** A duration in its largest unit: `3 d`, `5 h`, `2 min`, `1 s`. */
export function formatAge(ms: number): string {
  const units = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
  ] as const;
  const [unit, name] = units.find(([size]) => ms >= size) ?? ([1_000, "s"] as const);
  return `${Math.max(0, Math.floor(ms / unit))} ${name}`;
}

/** What `rotate` would do for a client. */
export interface PlannedRotation {
  readonly key: string;
  readonly provider: string;
  readonly id?: string;
  readonly kind: RotationKind;
  readonly action: "begin" | "finish" | "continue" | "none";
  readonly reason?: string;
}

/** Planned rotations as a table. */
export function renderRotations(rotations: readonly PlannedRotation[], style: Style): string {
  if (rotations.length === 0) return "No clients.";
  const rows = rotations.map(({ key, provider, action, kind, reason }) => ({
    symbol: action === "none" ? "=" : action === "finish" ? "-" : "~",
    columns: [key, provider, action === "none" ? "nothing" : action],
    details: [reason ?? effects[kind][action === "finish" ? "finish" : "begin"]],
  }));
  return renderTable(rows, style).join("\n");
}

const effects = {
  overlap: { begin: "a second secret of the same client; the old one stays valid", finish: "the old secret ends" },
  immediate: { begin: "a new secret; the old one ends at once", finish: "nothing is left to end" },
  "second-client": { begin: "a second client; the first one stays valid", finish: "the first client is deleted" },
} as const;
