// npm run demo                 shows every vendor
// npm run demo -- ory          shows one
// npm run demo -- --help       says what else there is
import { readArguments } from "./demo/arguments.js";
import { Complaint, explain } from "./demo/failure.js";
import { createReport } from "./demo/report.js";
import type { Demonstration } from "./demo/stage.js";
import { demonstrateOry } from "./ory/demo.js";

const demonstrations: Readonly<Record<string, Demonstration>> = { ory: demonstrateOry };

const help = `Creates OAuth2 clients, uses them, deletes them, and checks every step.

  npm run demo [-- [vendor] [--file <path>]]

  vendor           ${Object.keys(demonstrations).join(", ")}; without one, all there are
  --file <path>    your own clients instead of examples/<vendor>/clients.json (\`owner\` is set by the demo)
  --help           this text

Without these variables a simulated server is started on a free loopback port:

  ory   ORY_ADMIN_URL and ORY_PUBLIC_URL            a Hydra (ORY_PROJECT_API_KEY for a gateway before it)
        ORY_PROJECT_SLUG and ORY_PROJECT_API_KEY    a project of Ory Network

On a real server only clients made by this run are touched.
`;

const { stdout, stderr, env } = process;
const interrupted = new AbortController();
// Once only: a second signal ends the program at once, as usual.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => interrupted.abort(new Complaint(`interrupted by ${signal}, what was created is deleted again`)));
stdout.on("error", () => interrupted.abort(new Complaint("nobody reads the output any more")));

try {
  const { help: wantsHelp, vendors, file } = readArguments(process.argv.slice(2), Object.keys(demonstrations));
  if (wantsHelp) stdout.write(help);
  else {
    const report = createReport((text) => stdout.write(text), stdout.isTTY === true && !env.NO_COLOR);
    for (const vendor of vendors)
      await demonstrations[vendor]?.({ report, file, environment: env, signal: interrupted.signal });
  }
} catch (error) {
  stderr.write(`demo: ${explain(error)}\n`);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}
