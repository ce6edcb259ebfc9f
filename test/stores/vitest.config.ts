import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const from = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^oauth-clients$/, replacement: from("../../src/index.ts") },
      { find: /^oauth-clients\/(.+)$/, replacement: from("../../src/$1/index.ts") },
    ],
  },
  test: {
    root: from("."),
    name: "stores",
    include: ["*.test.ts"],
    globalSetup: "servers.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
