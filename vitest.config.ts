import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const from = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const alias = [
  { find: /^oauth-clients$/, replacement: from("src/index.ts") },
  { find: /^oauth-clients\/testing$/, replacement: from("src/testing.ts") },
  { find: /^oauth-clients\/(.+)$/, replacement: from("src/$1/index.ts") },
];

export default defineConfig({
  test: {
    // By default one core stays free, which on two cores is half of them.
    maxWorkers: "100%",
    coverage: { include: ["src/**"], exclude: ["src/openapi/**"] },
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/interop/**", "test/redis/**", "test/stores/**", "test/runtimes/**"],
          // One process per worker, not per file: msw, zod and the sources are loaded once. test/setup.ts fails a file that leaves
          // something behind for the next one. Not threads, since tests change the working directory.
          pool: "forks",
          isolate: false,
          setupFiles: ["test/setup.ts"],
          // Nothing here takes so long but on a machine with other things to do. What hangs still fails.
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
          typecheck: { enabled: true, only: true, include: ["test/types/**/*.test-d.ts"], tsconfig: "tsconfig.json" },
        },
      },
    ],
  },
});
