// Adds an access token to each request of an axios client, and sends a rejected request once more with a new token.
import axios, { type AxiosInstance, type InternalAxiosRequestConfig } from "axios";
import type { TokenSource } from "oauth-clients/token";

/**
 * Creates an axios client for one API. A token is sent to this origin only.
 * @param baseURL - the URL of the API
 */
export function createApiClient(baseURL: string, tokens: Pick<TokenSource, "get" | "invalidate">): AxiosInstance {
  const { origin } = new URL(baseURL);
  // A redirect could send the token to another origin.
  const client = axios.create({ baseURL, maxRedirects: 0 });
  const authorize = async (config: InternalAxiosRequestConfig) => {
    const { tokenType, value } = await tokens.get(config.signal ? { signal: config.signal as AbortSignal } : {});
    config.headers.set("Authorization", `${tokenType} ${value}`);
    return config;
  };

  client.interceptors.request.use(async (config) => {
    return new URL(client.getUri(config), baseURL).origin === origin ? authorize(config) : config;
  });

  client.interceptors.response.use(undefined, async (error) => {
    const { config, response } = Object(error) as { config?: InternalAxiosRequestConfig; response?: { status: number } };
    const [, value] = /^Bearer (.+)/.exec(String(config?.headers.get("Authorization") ?? "")) ?? [];
    if (response?.status !== 401 || !config || !value) throw error;
    tokens.invalidate(value);
    // Without these interceptors, so a second rejection is final.
    return axios.request(await authorize(config));
  });
  return client;
}
