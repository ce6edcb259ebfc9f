import type { TokenParameters } from "../core/capabilities.js";
import { ifDefined } from "../core/values.js";
import { requireValid } from "./check.js";
import { InvalidConfigurationError } from "./errors.js";
import { readOnly, withGuard } from "./guard.js";
import { createRun, secretStoreOf } from "./run.js";
import type { ClientTokenOptions, Configuration } from "./run-types.js";
import type { ClientToken } from "./types.js";

/**
 * Requests an access token with the stored secret of a client. It sends a POST to the token endpoint, and nothing else.
 *
 * @throws {InvalidConfigurationError} the configuration is invalid, the key is not declared, or the client cannot request a token with
 * its secret; nothing was sent
 */
export async function requestClientToken(
  configuration: Configuration,
  key: string,
  options: ClientTokenOptions = {},
): Promise<ClientToken> {
  requireValid(configuration, [key]);
  const declared = configuration.clients[key];
  const store = declared && secretStoreOf(declared.policy);
  const refuse = (message: string) => new InvalidConfigurationError([{ key, path: "", message }]);
  if (declared === undefined) throw refuse("the client is not declared");
  if (declared.requestToken === undefined) throw refuse("this client cannot request a token with its secret alone");
  if (store?.read === undefined) throw refuse("the secret of this client is in no store that can be read");
  const { call } = createRun(configuration, options, true);
  const secret = await store.read("current", call);
  if (secret === undefined) throw new Error(`${key}: ${store.location} has no secret. Nothing was sent. Run apply first.`);
  const { scopes, audience } = options;
  const params: TokenParameters | undefined =
    scopes === undefined && audience === undefined
      ? undefined
      : { ...ifDefined("scopes", scopes), ...ifDefined("audience", audience) };
  return withGuard(readOnly, async () => declared.requestToken?.(secret.credentials, params, call) as Promise<ClientToken>);
}
