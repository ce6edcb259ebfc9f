/**
 * The areas of the mutation tests: the sources that are changed, and the test files that describe them. A mutant has survived when none of
 * these test files fails, so a failure elsewhere does not count.
 *
 * @type {Readonly<Record<string, { readonly mutate: readonly string[]; readonly tests: readonly string[] }>>}
 */
export const areas = {
  attempt: {
    mutate: [
      "src/core/http/attempt.ts",
      "src/core/http/request.ts",
      "src/core/http/retry.ts",
      "src/core/outcome.ts",
      "src/core/abort.ts",
    ],
    tests: ["test/core/*.test.ts", "test/core/http/*.test.ts"],
  },
  "token-source": {
    mutate: ["src/token/source.ts", "src/token/prepare.ts"],
    tests: ["test/token/*.test.ts"],
  },
  ory: {
    mutate: ["src/ory/clients.ts", "src/ory/create-reconciliation.ts", "src/ory/secrets.ts"],
    // Without contract.test.ts, which all vendors share: it takes longer than all others together.
    tests: ["create", "create-reconciliation", "rotate", "proof", "import", "cancellation", "tokens", "manager", "convert"].map(
      (name) => `test/ory/${name}.test.ts`,
    ),
  },
  "secret-sink": {
    mutate: ["src/core/secret-sink.ts", "src/node/secret-file.ts"],
    tests: ["test/core/secret-sink.test.ts", "test/node/secret-file.test.ts"],
  },
  "token-response": {
    mutate: ["src/token/response.ts", "src/token/transport.ts"],
    tests: ["test/token/*.test.ts"],
  },
  redaction: {
    mutate: ["src/core/redact.ts"],
    tests: ["test/core/redact.test.ts"],
  },
};
