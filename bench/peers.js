// The peers, each behind the same two words: `grant` asks for a token, `cached` makes what keeps one. All are pointed at plain http by
// what they offer for it; auth0 knows https only, so its fetch puts http in the place.
const id = "client-1";
const secret = "secret-1";

/** Loads a peer by name. `fetch` takes the place of the platform's, where the peer lets it. */
export const peers = {
  "openid-client": async (tokenEndpoint, fetch) => {
    const client = await import("openid-client");
    const { origin } = new URL(tokenEndpoint);
    const configuration = new client.Configuration({ issuer: origin, token_endpoint: tokenEndpoint }, id, {
      client_secret: secret,
    });
    client.allowInsecureRequests(configuration);
    if (fetch) configuration[client.customFetch] = fetch;
    const grant = async () => {
      const token = await client.clientCredentialsGrant(configuration);
      return { value: token.access_token, lifetimeSeconds: token.expiresIn() };
    };
    return { grant };
  },
  oauth4webapi: async (tokenEndpoint, fetch) => {
    const oauth = await import("oauth4webapi");
    const server = { issuer: new URL(tokenEndpoint).origin, token_endpoint: tokenEndpoint };
    const client = { client_id: id };
    const options = { [oauth.allowInsecureRequests]: true, ...(fetch && { [oauth.customFetch]: fetch }) };
    const clientAuthentication = oauth.ClientSecretBasic(secret);
    const grant = async () => {
      const response = await oauth.clientCredentialsGrantRequest(server, client, clientAuthentication, {}, options);
      const token = await oauth.processClientCredentialsResponse(server, client, response);
      return { value: token.access_token, lifetimeSeconds: token.expires_in };
    };
    return { grant };
  },
  "simple-oauth2": async (tokenEndpoint) => {
    const { ClientCredentials } = await import("simple-oauth2");
    const { origin, pathname } = new URL(tokenEndpoint);
    const client = new ClientCredentials({ client: { id, secret }, auth: { tokenHost: origin, tokenPath: pathname } });
    const grant = async () => {
      const { token } = await client.getToken({});
      return { value: token.access_token, lifetimeSeconds: token.expires_in };
    };
    return { grant };
  },
  "@badgateway/oauth2-client": async (tokenEndpoint, fetch) => {
    const { OAuth2Client, OAuth2Fetch } = await import("@badgateway/oauth2-client");
    const settings = { tokenEndpoint: tokenEndpoint, clientId: id, clientSecret: secret, ...(fetch && { fetch }) };
    const client = new OAuth2Client(settings);
    const grant = async () => {
      const token = await client.clientCredentials();
      return { value: token.accessToken };
    };
    const cached = () => {
      const wrapper = new OAuth2Fetch({ client, getNewToken: () => client.clientCredentials() });
      return { get: () => wrapper.getAccessToken(), api: (url) => wrapper.fetch(url) };
    };
    return { grant, cached };
  },
  "auth0 4": async (tokenEndpoint, fetch = globalThis.fetch) => {
    const { AuthenticationClient } = await import("auth0");
    const { TokenProvider } = await import(
      new URL("node_modules/auth0/dist/esm/management/token-provider.js", import.meta.url).href
    );
    const send = (_, init) => fetch(tokenEndpoint, init);
    const options = { domain: "auth0.invalid", clientId: id, clientSecret: secret, audience: "api", fetch: send };
    const client = new AuthenticationClient(options);
    const grant = async () => {
      const { data } = await client.oauth.clientCredentialsGrant({ audience: "api" });
      return { value: data.access_token };
    };
    const cached = () => {
      const provider = new TokenProvider(options);
      return { get: () => provider.getAccessToken() };
    };
    return { grant, cached };
  },
};

/** Those that keep a token. */
export const keeping = ["@badgateway/oauth2-client", "auth0 4"];
