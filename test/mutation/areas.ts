const tests = (folder: string, names: string): string[] => names.split(" ").map((name) => `test/${folder}/${name}.test.ts`);

/**
 * The areas of the mutation tests: the sources that are changed, and the test files that describe them. A mutant has survived when none of
 * these test files fails, so a failure elsewhere does not count. Slow tests of many cases are left out.
 */
export const areas: Readonly<Record<string, { readonly mutate: readonly string[]; readonly tests: readonly string[] }>> = {
  attempt: {
    mutate: [
      "src/core/http/attempt.ts",
      "src/core/http/request.ts",
      "src/core/http/retry.ts",
      "src/core/outcome.ts",
      "src/core/abort.ts",
    ],
    tests: [...tests("core/http", "attempt request retry tracing"), ...tests("core", "outcome abort errors authorize")],
  },
  "token-source": {
    mutate: ["src/token/source.ts", "src/token/prepare.ts"],
    tests: [
      ...tests("token", "source prepare request events checks form key authentication"),
      ...["test/token/dpop/request.test.ts", "test/token/grants/grants.test.ts"],
    ],
  },
  ory: {
    mutate: ["src/ory/clients.ts", "src/ory/create-reconciliation.ts", "src/ory/secrets.ts"],
    tests: tests("ory", "create create-reconciliation rotate proof import cancellation tokens manager errors convert"),
  },
  "secret-sink": {
    mutate: ["src/core/secret-sink.ts", "src/node/secret-file.ts"],
    tests: ["test/core/secret-sink.test.ts", "test/node/secret-file.test.ts"],
  },
  "token-response": {
    mutate: ["src/token/response.ts", "src/token/transport.ts"],
    tests: tests("token", "response adapt-response transport request prepare nonstandard-responses"),
  },
  redaction: {
    mutate: ["src/core/redact.ts"],
    tests: ["test/core/redact.test.ts"],
  },
};
