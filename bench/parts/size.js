// What an entry point weighs in a consumer's bundle: minified, gzipped, with all it depends on.

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildSync } from "../../scripts/check/bundle.js";
import { folder } from "../library.js";
import { digits, runAlone, times } from "../table.js";

const limit = 4_096;
const bench = fileURLToPath(new URL("..", import.meta.url));

/** What gets a client-credentials token, and no more than its package makes one take along. */
const uses = {
  "@badgateway/oauth2-client": 'export { OAuth2Client } from "@badgateway/oauth2-client";',
  "@badgateway/oauth2-client with its cache": 'export { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";',
  oauth4webapi:
    'export { clientCredentialsGrantRequest, processClientCredentialsResponse, ClientSecretBasic } from "oauth4webapi";',
  "openid-client": 'export { Configuration, clientCredentialsGrant, ClientSecretBasic } from "openid-client";',
  "auth0 4": 'export { AuthenticationClient } from "auth0";',
  "simple-oauth2": 'export { ClientCredentials } from "simple-oauth2";',
};

function weigh(contents, resolveDir) {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    legalComments: "none",
    write: false,
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

export async function measure() {
  const whole = weigh('export * from "oauth-clients/token";', folder);
  const cached = weigh('export { createTokenSource, clientSecretBasic } from "oauth-clients/token";', folder);
  const weights = Object.entries(uses).map(([name, contents]) => [name, weigh(contents, bench)]);
  const smallest = Math.min(...weights.map(([, bytes]) => bytes));
  const row = (figure, bytes, target) => ({
    figure,
    ratio: times(bytes / smallest),
    ours: `${bytes} bytes`,
    target: `<= ${target} bytes`,
    met: bytes <= target,
    peers: weights.map(([name, one]) => `${name} ${digits(one / 1_024)} kB`).join("; "),
  });
  return [
    row("oauth-clients/token, all of it, minified and gzipped", whole, limit),
    {
      ...row("oauth-clients/token, a cached source with a secret", cached, limit),
      peers: "as above",
      compared: {
        title: "bytes, minified and gzipped (fewer is better)",
        values: { "oauth-clients": cached, ...Object.fromEntries(weights) },
      },
    },
  ];
}

await runAlone(import.meta.url, measure);
