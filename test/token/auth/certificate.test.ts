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
  test.each([undefined, "", "abc", "g".repeat(64), `${"a".repeat(43)}=`, 7])(
    "certificate authentication rejects the thumbprint %s",
    (value) => {
      const make = () => strategy({ thumbprint: value as string });
      expect(make).toThrow(ConfigurationError);
      expect(make).toThrow("thumbprint: ");
    },
  );

  test("certificate authentication rejects an unknown option", () => {
    expect(() => strategy({ thumbprint, certificate: "pem" } as never)).toThrow("certificate: ");
  });

  test("rule 28: certificate authentication sends client_id in the body, and no secret, assertion or header", async () => {
    const { fetch, sent } = record();
    await requestToken(sampleRequest({ clientAuthentication: strategy({ thumbprint }) }), { fetch });
    expect([...new URLSearchParams(sent[0]?.body)]).toEqual([
      ["grant_type", "client_credentials"],
      ["client_id", "client-1"],
    ]);
    expect(sent[0]?.headers).not.toHaveProperty("authorization");
  });

  test("certificate authentication states its method and is identified by the thumbprint in any encoding", () => {
    const colons = thumbprint.match(/../g)!.join(":");
    for (const spelled of [thumbprint, colons, `${"x-_".repeat(14)}z`]) {
      const made = strategy({ thumbprint: spelled });
      expect(made.method).toBe(method);
      expect(made.fingerprint!((material) => material)).toBe(spelled);
    }
  });
});
