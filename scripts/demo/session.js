// The commands of the demo: each is shown as a person would type it, run, and checked.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const bold = (text) => (process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[1m${text}\u001b[22m` : text);

/** A check of the demo did not hold. */
export class CheckError extends Error {}

/** Runs commands in a folder, with some variables, until `signal` aborts. */
export function createSession({ cli, folder, env, signal }) {
  let checks = 0;

  function show(line) {
    console.log(`\n${bold(`$ ${line}`)}`);
  }

  function check(holds, text) {
    if (!holds) throw new CheckError(`this check failed: ${text}`);
    checks++;
    console.log(`✓ ${text}`);
  }

  /** Runs `oauth-clients` with the words of a line, and checks its exit code. Resolves to its output. */
  async function run(line, { code: expected = 0, silent = false, text } = {}) {
    show(`oauth-clients ${line}`);
    const { code, stdout, stderr } = await start(line.split(" "), silent ? "none" : "all");
    if (silent && text === undefined) console.log("(output not shown)");
    if (code !== expected && silent) process.stderr.write(stderr);
    check(code === expected, text ?? `exit code ${expected}`);
    return stdout;
  }

  function start(words, output) {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [cli, ...words], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
      const read = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"])
        child[name].setEncoding("utf8").on("data", (text) => {
          read[name] += text;
          if (output === "all") process[name].write(text);
        });
      child.once("error", reject);
      child.once("close", (code) => (signal.aborted ? reject(signal.reason) : resolve({ code, ...read })));
    });
  }

  /** Sends a request that `curl` would send. The line shows it. */
  async function curl(line, url, init) {
    show(`curl ${line}`);
    const response = await fetch(url, { ...init, signal });
    return { status: response.status, body: await response.json().catch(() => undefined) };
  }

  /** The stored credentials of a client. */
  function credentialsOf(key) {
    const text = readFileSync(join(folder, "secrets", `${key}.env`), "utf8");
    return { clientId: /^CLIENT_ID=(.+)$/m.exec(text)?.[1], clientSecret: /^CLIENT_SECRET=(.+)$/m.exec(text)?.[1] };
  }

  return { show, check, run, start, curl, credentialsOf, count: () => checks };
}
