import type { CallOptions } from "../core/manager.js";
import { ignoreNotFoundAfterRetry } from "../core/outcome.js";
import { paginate } from "../core/pagination.js";
import type { Connection } from "./connection.js";
import { readOAuthToken, readSecrets } from "./convert.js";
import { operations, vendor } from "./errors.js";
import { parseCallOptions, parseId, parseOAuthTokenChanges, parseOAuthTokenListOptions } from "./input.js";
import { readNextPage, writePage } from "./pagination.js";
import type { TfeOAuthToken, TfeOAuthTokenChanges, TfeOAuthTokenListOptions } from "./types.js";
import { tokensWire, tokenWithId } from "./wire.js";

/** All tokens of the organization's clients, or those of one client or one service provider. */
export function listOAuthTokens(
  { http, organization }: Connection,
  options?: TfeOAuthTokenListOptions,
): AsyncIterable<TfeOAuthToken> {
  const fetchPage = async (cursor: string | undefined) => {
    const { oauthClientId: id, serviceProvider, pageSize, ...callOptions } = parseOAuthTokenListOptions(options);
    const page = writePage(cursor, pageSize);
    const filter = serviceProvider === undefined ? {} : { "filter[provider]": serviceProvider };
    const request = {
      operation: operations.listOAuthTokens,
      method: "get",
      returns: tokensWire,
      options: callOptions,
    } as const;
    const { value } = await (id === undefined
      ? http({
          ...request,
          path: "/organizations/{organization}/oauth-tokens",
          params: { organization },
          query: { ...page, ...filter },
        })
      : http({ ...request, path: "/oauth-clients/{id}/oauth-tokens", params: { id }, query: page }));
    return { items: value.data.map(readOAuthToken), ...readNextPage(value.meta) };
  };
  return paginate(fetchPage, (token) => token.id, { vendor, operation: operations.listOAuthTokens });
}

export async function getOAuthToken({ http }: Connection, token: string, options?: CallOptions): Promise<TfeOAuthToken> {
  const operation = operations.getOAuthToken;
  const id = parseId(token, operation);
  const { value } = await http({
    operation,
    method: "get",
    path: "/oauth-tokens/{id}",
    params: { id },
    returns: tokenWithId(id),
    options: parseCallOptions(options, operation),
  });
  return readOAuthToken(value.data);
}

export async function updateOAuthToken(
  { http }: Connection,
  token: string,
  changes: TfeOAuthTokenChanges,
  options?: CallOptions,
): Promise<TfeOAuthToken> {
  const operation = operations.updateOAuthToken;
  const id = parseId(token, operation);
  const { sshKey } = parseOAuthTokenChanges(changes);
  const { value } = await http({
    operation,
    method: "patch",
    path: "/oauth-tokens/{id}",
    params: { id },
    json: { data: { id, type: "oauth-tokens", attributes: { "ssh-key": sshKey } } },
    returns: tokenWithId(id),
    secrets: readSecrets({ sshKey }),
    options: parseCallOptions(options, operation),
  });
  return readOAuthToken(value.data);
}

export async function deleteOAuthToken({ http }: Connection, token: string, options?: CallOptions): Promise<void> {
  const operation = operations.deleteOAuthToken;
  const id = parseId(token, operation);
  await ignoreNotFoundAfterRetry(
    http({
      operation,
      method: "delete",
      path: "/oauth-tokens/{id}",
      params: { id },
      returnsNothing: true,
      options: parseCallOptions(options, operation),
    }),
  );
}
