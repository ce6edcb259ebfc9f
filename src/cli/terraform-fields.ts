/** The attributes of a resource in a state. */
export type Values = Readonly<Record<string, unknown>>;

/** A resource as a client of this library. */
export interface MappedClient {
  readonly declaration: Readonly<Record<string, unknown>>;
  readonly hasSecret: boolean;
  readonly secret?: string;
  readonly needs: readonly string[];
}

/** Maps a resource, or returns why it cannot be mapped. */
type Mapper = (values: Values, key: string, projects: readonly string[]) => MappedClient | string;

// Empty values are the providers' defaults, and are not declared.
function withValues(fields: Values): Record<string, unknown> {
  const isEmpty = (value: unknown) =>
    value === undefined || value === null || value === "" || value === false || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function withSecret(declaration: Values, hasSecret: boolean, value: unknown, needs: readonly string[] = []): MappedClient {
  const secret = hasSecret ? textOf(value) : undefined;
  const isMissing = hasSecret && secret === undefined;
  const missing = "the state has no secret: its secret stays unmanaged until it is rotated or imported";
  return {
    declaration,
    hasSecret,
    ...(secret === undefined ? {} : { secret }),
    needs: [...(isMissing ? [missing] : []), ...needs],
  };
}

const sameInOry = [
  ...["grant_types", "response_types", "audience", "redirect_uris", "post_logout_redirect_uris", "allowed_cors_origins"],
  ...["contacts", "client_uri", "logo_uri", "policy_uri", "tos_uri", "jwks_uri", "subject_type", "access_token_strategy"],
  ...["frontchannel_logout_uri", "frontchannel_logout_session_required", "backchannel_logout_uri", "owner"],
  ...["backchannel_logout_session_required", "skip_consent", "skip_logout_consent", "request_object_signing_alg"],
  ...["userinfo_signed_response_alg", "token_endpoint_auth_signing_alg", "sector_identifier_uri", "request_uris"],
];
const mappedInOry = [...sameInOry, "client_id", "id", "client_name", "client_secret", "scope", "metadata", "jwks"];

/** `ory_oauth2_client`. */
export const mapOry: Mapper = (values) => {
  // The provider's default is not the server's.
  const method = textOf(values.token_endpoint_auth_method) ?? "client_secret_post";
  const lifespans = Object.entries(values).filter(([name, value]) => name.endsWith("_lifespan") && textOf(value) !== undefined);
  const { lifespans: parsed, unknown } = parseLifespans(lifespans);
  const others = Object.keys(withValues(values)).filter(
    (name) => !mappedInOry.includes(name) && name !== "token_endpoint_auth_method" && !name.endsWith("_lifespan"),
  );
  const declaration = {
    ...withValues({
      name: values.client_name,
      scopes: textOf(values.scope)?.split(/\s+/),
      metadata: parseJson(values.metadata),
      jwks: parseJson(values.jwks),
      ...Object.fromEntries(sameInOry.map((name) => [camelCase(name), values[name]])),
    }),
    tokenEndpointAuthMethod: method,
    ...(Object.keys(parsed).length === 0 ? {} : { lifespans: parsed }),
  };
  const needs = [...others, ...unknown].map((name) => `the attribute ${name} was not migrated`);
  return withSecret(declaration, method.startsWith("client_secret"), values.client_secret, needs);
};

function parseLifespans(entries: readonly (readonly [string, unknown])[]) {
  const lifespans: Record<string, number> = {};
  const unknown: string[] = [];
  const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  for (const [name, value] of entries) {
    const text = String(value);
    const parts = [...text.matchAll(/(\d+)(ms|s|m|h)/g)];
    if (parts.map(([part]) => part).join("") !== text) unknown.push(name);
    else
      lifespans[`${camelCase(name.replace(/_lifespan$/, ""))}Ms`] = parts.reduce(
        (total, [, amount, unit]) => total + Number(amount) * (unitsMs[unit ?? ""] ?? 0),
        0,
      );
  }
  return { lifespans, unknown };
}

// `metadata` and `jwks` are JSON in a text.
function parseJson(value: unknown): unknown {
  if (typeof value !== "string" || value === "") return value ?? undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** `ovh_me_api_oauth2_client`. */
export const mapOvh: Mapper = (values) => {
  const flow = String(values.flow).toLowerCase();
  const { name, description } = values;
  const declaration = { flow, ...withValues({ name, description, callbackUrls: values.callback_urls }) };
  const needs = flow === "client_credentials" ? ["access: declare its IAM policies where this project should manage them"] : [];
  return withSecret(declaration, true, values.client_secret, needs);
};

const genesysGrants: Readonly<Record<string, string>> = {
  "CLIENT-CREDENTIALS": "client_credentials",
  CODE: "authorization_code",
  TOKEN: "implicit",
  "SAML2-BEARER": "urn:ietf:params:oauth:grant-type:saml2-bearer",
  PASSWORD: "password",
};

/** `genesyscloud_oauth_client`. It has the secret with `expose_client_secret` only. */
export const mapGenesys: Mapper = (values) => {
  const grantType = genesysGrants[String(values.authorized_grant_type)];
  if (grantType === undefined) return `the grant type ${String(values.authorized_grant_type)} is not supported`;
  const roles = (Array.isArray(values.roles) ? values.roles : []).map(({ role_id, division_id }) =>
    withValues({ roleId: role_id, divisionId: division_id }),
  );
  const isService = grantType === "client_credentials";
  if (isService && roles.length === 0) return "a client of client_credentials without roles is not supported: add a role first";
  const seconds = values.access_token_validity_seconds;
  const credential = textOf(values.integration_credential_id);
  const directory = textOf(values.directory_client_secret);
  const declaration = {
    grantType,
    ...withValues({
      name: values.name,
      description: values.description,
      accessTokenValidityMs: typeof seconds === "number" ? seconds * 1_000 : undefined,
      state: values.state,
      integrationCredential: credential === undefined ? undefined : { id: credential },
      ...(isService ? { roles } : { scopes: values.scopes, redirectUris: values.registered_redirect_uris }),
    }),
  };
  const needs = directory === undefined ? [] : [`its secret may be in a file in ${directory}: import it with --secret-file`];
  return withSecret(declaration, grantType !== "implicit", values.client_secret, needs);
};

/** `tfe_oauth_client` with its `tfe_project_oauth_client` resources. Its secrets become environment variables. */
export const mapTfe: Mapper = (values, key, projects) => {
  const variable = (suffix: string) => `${key.replaceAll("-", "_").toUpperCase()}_${suffix}`;
  const secrets = (
    [
      ["oauth_token", "oauthTokenString", "OAUTH_TOKEN"],
      ["secret", "secret", "SECRET"],
      ["private_key", "privateKey", "PRIVATE_KEY"],
    ] as const
  ).flatMap(([attribute, field, suffix]) =>
    textOf(values[attribute]) === undefined ? [] : [{ field, name: variable(suffix) }],
  );
  const declaration = withValues({
    serviceProvider: values.service_provider,
    name: values.name,
    httpUrl: values.http_url,
    apiUrl: values.api_url,
    key: values.key,
    rsaPublicKey: values.rsa_public_key,
    agentPoolId: values.agent_pool_id,
    ...(values.organization_scoped === false ? { projectIds: projects } : {}),
    ...Object.fromEntries(secrets.map(({ field, name }) => [field, { env: name, version: 1 }])),
  });
  return {
    declaration: values.organization_scoped === false ? { ...declaration, organizationScoped: false } : declaration,
    hasSecret: false,
    needs: secrets.map(({ field, name }) => `set the environment variable ${name} before ${field} is sent again`),
  };
};
