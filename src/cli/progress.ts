import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { RunEvent } from "oauth-clients/provision";
import type { Output, Style } from "./context.js";
import { renderClientResult } from "./render-result.js";

/** Shows the progress of a run. */
export interface ProgressView {
  readonly onEvent: (event: RunEvent) => void;
  /** Removes the line that is rewritten, until the next change. */
  readonly clear: () => void;
  readonly stop: () => void;
}

const spinnerFrames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 100;

/**
 * Writes one line per finished client. On a terminal, a last line that is rewritten shows the steps in progress, how long they take,
 * and the wait that a server asked for.
 */
export function createProgressView(
  output: Output,
  style: Style,
  { silent, keyWidth }: { readonly silent: boolean; readonly keyWidth: number },
): ProgressView {
  const active = new Map<string, { readonly step: string; readonly since: number }>();
  const finished = new Set<string>();
  let frame = 0;
  let shown = false;

  function clear(): void {
    if (shown) output.write("\r\u001b[K");
    shown = false;
  }

  function draw(): void {
    clear();
    const [first] = active;
    if (first === undefined) return;
    const [key, { step, since }] = first;
    const more = active.size > 1 ? `, and ${active.size - 1} more` : "";
    const waiting = limits.waiting(Date.now());
    const text = waiting ?? `${step} ${Math.floor((Date.now() - since) / 1_000)} s`;
    const line = `  ${spinnerFrames[frame++ % spinnerFrames.length]} ${key.padEnd(keyWidth)}  ${text}${more}`;
    output.write(line.slice(0, style.width - 1));
    shown = true;
  }

  // Without a terminal each wait is one line.
  const limits = watchRateLimits((text) => {
    if (!style.isTerminal && !silent) output.write(`    ${text}\n`);
  });
  const timer = style.isTerminal && !silent ? setInterval(draw, frameMs) : undefined;
  timer?.unref();

  return {
    clear,
    onEvent(event) {
      if (event.type === "run") return;
      if (event.type === "step" && event.state === "started") {
        active.set(event.key, { step: stepNames[event.step] ?? event.step, since: Date.now() });
      }
      if (event.type !== "client" || silent || finished.has(event.key)) return;
      finished.add(event.key);
      active.delete(event.key);
      clear();
      output.write(`${renderClientResult(event.result, keyWidth, style)}\n`);
    },
    stop() {
      clearInterval(timer);
      limits.stop();
      clear();
    },
  };
}

const stepNames: Readonly<Record<string, string>> = {
  observe: "reading",
  wait: "waiting for another run",
  claim: "recording the attempt",
  create: "creating",
  stage: "storing the secret",
  verify: "verifying the secret",
  promote: "putting the secret into use",
  close: "recording the result",
  update: "updating",
  adopt: "adopting",
  rotate: "issuing a secret",
  bind: "copying access",
  finish: "ending the old secret",
  delete: "deleting",
  forget: "forgetting",
};

interface ResponseMessage {
  readonly request: { readonly origin?: unknown };
  readonly response: { readonly statusCode: number; readonly headers: readonly Uint8Array[] };
}

/** Observes responses with status 429 of this process's `fetch`. The managers wait and repeat the request on their own. */
function watchRateLimits(announce: (text: string) => void) {
  let until = 0;
  let host = "";
  const text = (ms: number) => `waiting ${Math.ceil(ms / 1_000)} s (rate limit of ${host})`;
  const onResponse = (message: unknown) => {
    const { request, response } = message as ResponseMessage;
    if (response.statusCode !== 429) return;
    const words = response.headers.map((part) => Buffer.from(part).toString("latin1"));
    const index = words.findIndex((word, position) => position % 2 === 0 && word.toLowerCase() === "retry-after");
    const seconds = index < 0 ? Number.NaN : Number(words[index + 1]);
    if (!(seconds > 0)) return;
    host = String(request.origin).replace(/^https?:\/\//, "");
    if (until <= Date.now()) announce(text(seconds * 1_000));
    until = Math.max(until, Date.now() + seconds * 1_000);
  };
  subscribe("undici:request:headers", onResponse);
  return {
    waiting: (now: number) => (until > now ? text(until - now) : undefined),
    stop: () => unsubscribe("undici:request:headers", onResponse),
  };
}
