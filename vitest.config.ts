import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const from = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const alias = [
  { find: /^oauth-clients$/, replacement: from("src/index.ts") },
  { find: /^oauth-clients\/testing$/, replacement: from("src/testing.ts") },
  { find: /^oauth-clients\/(\w+)\/provider$/, replacement: from("src/$1/provider.ts") },
  { find: /^oauth-clients\/(.+)$/, replacement: from("src/$1/index.ts") },
];

export default defineConfig({
  test: {
    // The default leaves one core free.
    maxWorkers: "100%",
    coverage: {
      include: ["src/**"],
      // The command's main file runs in processes only.
      exclude: ["src/openapi/**", "src/cli/main.ts"],
      reporter: ["text-summary"],
      // Just under the measured values. Raise them when they rise.
      thresholds: { lines: 96, statements: 95, functions: 95.5, branches: 90.5 },
    },
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/interop/**", "test/redis/**", "test/stores/**", "test/runtimes/**"],
          // One process per worker, not per file: msw, zod and the sources are loaded once. test/setup.ts fails a file that does not
          // restore the state of the process. No threads, because tests change the working directory.
          pool: "forks",
          isolate: false,
          setupFiles: ["test/setup.ts"],
          // Long enough for a busy machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        resolve: { alias },
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["test/types/**/*.test-d.ts"],
            tsconfig: "test/types/tsconfig.json",
          },
        },
      },
    ],
  },
});
