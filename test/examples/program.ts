import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** What a program is given. */
export interface Given {
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with the process as soon as it runs. */
  readonly meanwhile?: (signal: (name: NodeJS.Signals) => void) => Promise<void>;
}

/** Runs a program of the repository as `npx tsx` would, in one process instead of two, without the variables that lead to a real server. */
export async function run(words: readonly string[], { environment = {}, meanwhile }: Given = {}): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(ORY_|TFE_|TF_TOKEN_|OVH_|GENESYSCLOUD_|FORCE_COLOR$)/.test(name),
  );
  const child = spawn(process.execPath, ["--import", "tsx", ...words], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 40_000,
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", reject);
  });
  await meanwhile?.((name) => child.kill(name));
  return { code: await closed, output, errors };
}
