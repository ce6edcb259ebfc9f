import { defineConfig } from "vitest/config";
import { alias } from "../../vitest.config.js";
import { areas } from "./areas.js";

export default defineConfig({
  resolve: { alias },
  test: {
    include: [...(areas[process.env.MUTATION_AREA ?? ""]?.tests ?? [])],
    isolate: false,
    setupFiles: ["test/setup.ts"],
    // A mutant that makes a call wait for ever fails its test after this time.
    testTimeout: 5_000,
  },
});
