import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { withUnknownOutcomeHint } from "../core/outcome.js";
import type { paths } from "../openapi/genesys.js";
import type { GenesysRotateSecretResult } from "./types.js";
import { rotatedWire } from "./wire.js";

/** Replaces a client's secret, and says what a lost answer has left open. */
export async function rotateSecret(
  http: Http<paths>,
  clientId: string,
  options: CallOptions | undefined,
): Promise<GenesysRotateSecretResult> {
  try {
    const { value } = await http({
      operation: "rotate secret",
      method: "post",
      path: "/api/v2/oauth/clients/{clientId}/secret",
      params: { clientId },
      returns: rotatedWire,
      options,
    });
    return { credentials: { clientId, clientSecret: value.secret }, previousSecret: "revoked" };
  } catch (error) {
    throw withUnknownOutcomeHint(
      error,
      `the old secret of client ${clientId} may be dead and the new one is lost: rotate again for one that is known`,
    );
  }
}
