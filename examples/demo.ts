// npm run demo                 shows every vendor
// npm run demo -- ory          shows one
// npm run demo -- --help       says what else there is
import { Complaint, explain } from "./demo/failure.js";
import { runProgram } from "./demo/program.js";

const { stdout, stderr, env: environment } = process;
const interrupted = new AbortController();
// Once only: a second signal ends the program at once, as usual.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => interrupted.abort(new Complaint(`interrupted by ${signal}, what was created is deleted again`)));
stdout.on("error", () => interrupted.abort(new Complaint("the reader of the output has closed it")));

try {
  await runProgram(process.argv.slice(2), {
    write: (text) => stdout.write(text),
    colours: stdout.isTTY === true && !environment.NO_COLOR,
    ...{ environment, signal: interrupted.signal },
  });
} catch (error) {
  stderr.write(`demo: ${explain(error)}\n`);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}
