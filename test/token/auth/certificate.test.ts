import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../../src/core/errors.js";
import { selfSignedTlsClientAuth, tlsClientAuth } from "../../../src/token/auth/index.js";
import { requestToken } from "../../../src/token/request.js";
import { record, sampleRequest } from "../recorder.js";

const thumbprint = "0".repeat(64);

describe.each([
  ["tls_client_auth", tlsClientAuth],
  ["self_signed_tls_client_auth", selfSignedTlsClientAuth],
])("%s", (method, strategy) => {
  test.each([undefined, "", "abc", "g".repeat(64), `${"a".repeat(43)}=`, 7])("refuses the thumbprint %s", (value) => {
    const make = () => strategy({ thumbprint: value as string });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow("thumbprint: ");
  });

  test("refuses an option that there is not", () => {
    expect(() => strategy({ thumbprint, certificate: "pem" } as never)).toThrow("certificate: ");
  });

  test("rule 28: sends client_id in the body, and neither a secret nor an assertion nor a header", async () => {
    const { fetch, sent } = record();
    await requestToken(sampleRequest({ clientAuthentication: strategy({ thumbprint }) }), { fetch });
    expect([...new URLSearchParams(sent[0]?.body)]).toEqual([
      ["grant_type", "client_credentials"],
      ["client_id", "client-1"],
    ]);
    expect(sent[0]?.headers).not.toHaveProperty("authorization");
  });

  test("says its method, and is told from others by the thumbprint, however that is spelled", () => {
    const colons = thumbprint.match(/../g)!.join(":");
    for (const spelled of [thumbprint, colons, `${"x-_".repeat(14)}z`]) {
      const made = strategy({ thumbprint: spelled });
      expect(made.method).toBe(method);
      expect(made.fingerprint!((material) => material)).toBe(spelled);
    }
  });
});
