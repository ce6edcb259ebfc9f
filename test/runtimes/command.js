// The command on one version of Node, as an installed program.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const program = "node_modules/oauth-clients/dist/cli/main.js";
const plan = "a / prod\nNo clients.\n";
const rest = "({ project, environments: { prod: { accounts: {} } }, clients: () => ({}) });\n";
const start = 'import { defineConfig } from "oauth-clients/provision";\n';
const files = {
  "command.mjs": `${start}const project = "a";\nexport default defineConfig${rest}`,
  "command.ts": `${start}const project: string = "a";\nexport default defineConfig${rest}`,
  "command.yaml": "project: a\nenvironments: { prod: { accounts: {} } }\nproviders: {}\nclients: {}\n",
};

/** Runs the cases. `output` runs a program and returns its text, standard error included, and its exit code. */
export async function runCommandCases(folder, command, output) {
  const failures = [];
  let passed = 0;
  const check = async (args, expected) => {
    const { text, code } = await output(command, [program, ...args]);
    if (expected(text, code)) passed++;
    else failures.push(`oauth-clients ${args.join(" ")}: ${code}, ${text.slice(-500)}`);
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  await check(["--help"], (text, code) => code === 0 && text.startsWith("Usage: oauth-clients"));
  await check(["plan", "--config", "command.mjs"], (text, code) => code === 0 && text.endsWith(plan));
  await check(["plan", "--config", "command.yaml"], (text, code) => code === 0 && text === plan);
  // Node loads TypeScript since 22.18. Below, one line says what to do.
  await check(["plan", "--config", "command.ts"], (text, code) =>
    code === 0 ? text.includes(plan) : code === 64 && text.includes("tsx"),
  );
  return { passed, failures };
}
