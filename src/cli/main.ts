#!/usr/bin/env node
// The command `oauth-clients`. The version of Node is checked before anything else is loaded.

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Node 20.19 or newer is required; this is Node ${process.versions.node}.\n`);
  process.exit(1);
}

// V8 of Node 20 optimizes the HTTP parser of fetch in the background, and the process waits for that at its end: a fifth of a short run.
if (major < 22) (await import("node:v8")).setFlagsFromString("--wasm-tiering-budget=1000000000");

// The reader of the output has ended, for example `head`.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    throw error;
  });

const { run } = await import("./program.js");
process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  readInput: async () => {
    let text = "";
    for await (const part of process.stdin.setEncoding("utf8")) text += part;
    return text;
  },
});

export {};
