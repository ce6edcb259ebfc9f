import type { RunEvent } from "oauth-clients/provision";
import { renderClientResult } from "./render.js";
import type { Style } from "./terminal.js";

/** Shows the progress of a run. */
export interface ProgressView {
  readonly onEvent: (event: RunEvent) => void;
  readonly stop: () => void;
}

const spinnerFrames = ["-", "\\", "|", "/"];

/**
 * Writes one line per finished client. On a terminal, a last line that is rewritten shows the steps in progress and how long they
 * have taken.
 */
export function createProgressView(output: NodeJS.WriteStream, style: Style): ProgressView {
  const active = new Map<string, { readonly step: string; readonly since: number }>();
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
    const seconds = Math.floor((Date.now() - since) / 1_000);
    const more = active.size > 1 ? ` and ${active.size - 1} more` : "";
    const line = `  ${spinnerFrames[frame++ % spinnerFrames.length]} ${key}  ${step} ${seconds} s${more}`;
    output.write(line.slice(0, style.width - 1));
    shown = true;
  }

  const timer = style.isTerminal ? setInterval(draw, 100) : undefined;
  timer?.unref();

  return {
    onEvent(event) {
      if (event.type === "step" && event.state === "started") active.set(event.key, { step: event.step, since: Date.now() });
      if (event.type !== "client") return;
      active.delete(event.key);
      clear();
      output.write(`${renderClientResult(event.result, style)}\n`);
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}
