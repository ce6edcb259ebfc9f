import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
import { picture } from "./svg.js";

/** Seconds after the token request. */
export interface TokenLife {
  readonly lifetime: number;
  /** `get` starts a refresh in the background from here. The random reduction is 0. */
  readonly refreshAt: number;
  /** `get` waits for a new token from here. */
  readonly waitsAt: number;
}

/** Measures a token source with a lifetime in seconds and a stopped clock. `random` replaces `Math.random`. */
export async function measureTokenLife(lifetime: number, random: (value: number) => void): Promise<TokenLife> {
  let seconds = 0;
  let requests = 0;
  let end: (error: Error) => void = () => undefined;
  const pending = new Promise<Response>((_, reject) => {
    end = reject;
  });
  const tokens = createTokenSource(
    { tokenEndpoint: "https://login.example/token", clientId: "a", clientAuthentication: clientSecretBasic("b") },
    {
      now: () => seconds * 1_000,
      retry: { maxRetries: 0 },
      fetch: async () => {
        requests += 1;
        return requests > 1 ? pending : Response.json({ access_token: "t", token_type: "Bearer", expires_in: lifetime });
      },
    },
  );
  random(0);
  await tokens.get();
  let refreshAt: number | undefined;
  for (; tokens.peek() !== undefined; seconds += 0.5) {
    await tokens.get();
    await new Promise(setImmediate);
    if (requests > 1) refreshAt ??= seconds;
  }
  end(new Error("end of the measurement"));
  await tokens.get().catch(() => undefined);
  return { lifetime, refreshAt: refreshAt ?? seconds, waitsAt: seconds };
}

/** Draws the measured lives of tokens, each over the same width. */
export function drawTokenLife(lives: readonly TokenLife[]): string {
  const [left, width] = [140, 720];
  const rows = lives.flatMap(({ lifetime, refreshAt, waitsAt }, index) => {
    const y = 50 + index * 70;
    const at = (seconds: number) => Math.round(left + (seconds / lifetime) * width);
    const bar = (name: string, from: number, to: number) =>
      `<rect class="${name}" x="${at(from)}" y="${y}" width="${at(to) - at(from)}" height="22"/>`;
    const tick = (seconds: number) => `<text class="small" x="${at(seconds)}" y="${y + 34}">${seconds} s</text>`;
    return [
      `<text class="start" x="16" y="${y + 11}">${lifetime} s</text>`,
      bar("served", 0, refreshAt),
      bar("refresh", refreshAt, waitsAt),
      bar("waits", waitsAt, lifetime),
      tick(0),
      tick(refreshAt),
      ...(at(lifetime) - at(waitsAt) > 30 ? [tick(waitsAt)] : []),
      ...(at(lifetime) - at(refreshAt) > 40 ? [tick(lifetime)] : []),
    ];
  });
  const height = 50 + lives.length * 70 + 40;
  const legend = [
    ["served", "returns the cached token"],
    ["refresh", "also refreshes in the background"],
    ["waits", "waits for a new token"],
  ].map(
    ([name, text], index) =>
      `<rect class="${name}" x="${left + index * 245}" y="${height - 34}" width="14" height="14"/><text class="start small" x="${left + 20 + index * 245}" y="${height - 27}">${text}</text>`,
  );
  const heading = `<text class="start" x="16" y="22">What get() does during the lifetime of a token</text>`;
  return picture("Life of a token", 900, height, [heading, ...rows, ...legend]);
}
