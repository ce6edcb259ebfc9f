import { defineConfig } from "vitest/config";
import { alias } from "../../vitest.config.js";
import { areas } from "./areas.js";

export default defineConfig({
  resolve: { alias },
  test: {
    include: [...(areas[process.env.MUTATION_AREA ?? ""]?.tests ?? [])],
    isolate: false,
    setupFiles: ["test/setup.ts"],
    // Long enough for a busy machine. Stryker ends a mutant that makes a call wait for ever earlier.
    testTimeout: 20_000,
  },
});
