import type { Tree } from "./tree.js";

/** Words that the glossary replaces, in prose and inside identifiers, with their replacements. */
const retiredWords: readonly (readonly [word: RegExp, replacement: string])[] = [
  [/answer(s|ed|ing)?/, "response"],
  [/anybody|everybody|nobody|somebody|whoever/, "a noun: the caller, the vendor, the process"],
  [/coats?/, "adapter"],
  [/deliver(s|ed|ing|y|ies)?/, "secret sink, write"],
  [/doors?/, "operation context, a parse function"],
  [/errands?/, "request"],
  [/forgive repeat/, "ignoreNotFoundAfterRetry"],
  [/occasions?/, "context"],
  [/restate[sd]?|retells?|retold/, "cloneError"],
  [/tell doubt/, "withUnknownOutcomeHint"],
  [/wish(es|ed)?/, "parameters"],
];

/** Identifiers and codes that were renamed. */
const retiredNames: readonly string[] = [
  ...["OAuthManagerError", "isOAuthManagerError", "AnyOAuthManagerError", "InputError", "PermissionError", "VendorError"],
  ...[
    "TokenError",
    "DeliveryError",
    "vendor_fault",
    "token_refused",
    "IssueOptions",
    "Imported",
    "RotatedSecret",
    "OryCreated",
  ],
  ...["GenesysCreated", "GenesysRotated", "GenesysDeletion", "SecretDelivery", "TokenWish", "TokenIssuing", "canIssueTokens"],
  ...["ExchangeOptions", "tokenUrl", "introspectionUrl", "revocationUrl", "AppliedAuthentication", "throttled", "readAhead"],
  ...["nothing_happened", "maxWaitMs", "SimulatorClock", "shareTokens", "SharedStore", "SharedToken"],
  ...["createServerSource", "ServerSource", "ServerCallOptions", "TokenCall", "RevocationCall", "ServerEndpoints"],
  ...["tokenRequestAt", "OvhGrant", "checkGrants", "forgetRotatedSecrets", "attachProjects", "detachProjects"],
  ...["OvhPlace", "OvhKeyAccess", "OvhServiceAccountAccess", "OvhTokenAccess", "FaultMoment", "garbleNext"],
  ...["heldUntil", "heldError", "softAt", "hardAt", "Unsettled", "ownId", "ownSecret", "shortly", "urlFault", "roleBook"],
  ...["leadsOn", "createLine", "boundTo", "forTokens", "trimAddress", "readEach", "proveSecret", "adoptClient"],
  ...["passOnce", "expectTruth"],
];

/** Retired words and names in texts, as `<file>:<line> <word>, use <replacement>`. */
export function retiredWordsIn(texts: Tree): string[] {
  const names = new RegExp(`\\b(${retiredNames.join("|")})\\b`);
  const words = retiredWords.map(([word, replacement]) => [new RegExp(`\\b(${word.source})\\b`, "i"), replacement] as const);
  return Object.entries(texts).flatMap(([path, text]) =>
    text.split("\n").flatMap((line, index) => {
      const name = names.exec(line)?.[0];
      const spaced = line.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll(/[_-]/g, " ");
      const found = words.flatMap(([word, replacement]) => {
        const match = word.exec(spaced)?.[0];
        return match === undefined ? [] : [`${match}, use ${replacement}`];
      });
      return [...(name === undefined ? [] : [`${name} was renamed`]), ...found].map((fault) => `${path}:${index + 1} ${fault}`);
    }),
  );
}
