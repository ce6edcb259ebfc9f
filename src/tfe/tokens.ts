import type { Http } from "../core/http/request.js";
import type { CallOptions } from "../core/manager.js";
import { ignoreNotFoundAfterRetry } from "../core/outcome.js";
import { paginate } from "../core/pagination.js";
import type { paths } from "../openapi/tfe.js";
import { readOAuthToken, readSecrets } from "./convert.js";
import { door } from "./input.js";
import { readNextPage, writePage } from "./pagination.js";
import type { TfeOAuthToken, TfeOAuthTokenListOptions } from "./types.js";
import { tokensWire, tokenWire } from "./wire.js";

/** All tokens of an organization's clients, or those of one client or one kind of provider. */
export async function* listOAuthTokens(
  http: Http<paths>,
  organization: string,
  options: TfeOAuthTokenListOptions | undefined,
): AsyncIterable<TfeOAuthToken> {
  const { oauthClientId: id, serviceProvider, pageSize } = door.tokens(options);
  const filter = serviceProvider === undefined ? {} : { "filter[provider]": serviceProvider };
  const request = { operation: "list OAuth tokens", method: "get", returns: tokensWire, options } as const;
  const fetchPage = async (cursor: string | undefined) => {
    const page = writePage(cursor, pageSize);
    const { value } = await (id === undefined
      ? http({
          ...request,
          path: "/organizations/{organization}/oauth-tokens",
          params: { organization },
          query: { ...page, ...filter },
        })
      : http({ ...request, path: "/oauth-clients/{id}/oauth-tokens", params: { id }, query: page }));
    return { items: value.data.map(readOAuthToken), next: readNextPage(value.meta, cursor) };
  };
  yield* paginate(fetchPage, (token) => token.id);
}

/** Reads what is known of a token. */
export async function getOAuthToken(
  http: Http<paths>,
  token: string,
  options: CallOptions | undefined,
): Promise<TfeOAuthToken> {
  const operation = "get OAuth token";
  const id = door.id(token, operation);
  const { value } = await http({
    operation,
    method: "get",
    path: "/oauth-tokens/{id}",
    params: { id },
    returns: tokenWire,
    options,
  });
  return readOAuthToken(value.data);
}

/** Sets or removes the SSH key of a token. */
export async function setSshKey(
  http: Http<paths>,
  token: string,
  key: string | null,
  options: CallOptions | undefined,
): Promise<TfeOAuthToken> {
  const operation = "set SSH key";
  const id = door.id(token, operation);
  const sshKey = door.sshKey(key);
  const { value } = await http({
    operation,
    method: "patch",
    path: "/oauth-tokens/{id}",
    params: { id },
    json: { data: { id, type: "oauth-tokens", attributes: { "ssh-key": sshKey } } },
    returns: tokenWire,
    secrets: readSecrets({ sshKey }),
    options,
  });
  return readOAuthToken(value.data);
}

/** Removes a token. */
export async function deleteOAuthToken(http: Http<paths>, token: string, options: CallOptions | undefined): Promise<void> {
  const operation = "delete OAuth token";
  const id = door.id(token, operation);
  await ignoreNotFoundAfterRetry(http({ operation, method: "delete", path: "/oauth-tokens/{id}", params: { id }, options }));
}
