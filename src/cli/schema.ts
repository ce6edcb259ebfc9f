import * as z from "zod";

// The form of a YAML or JSON configuration. `npm run schema` writes it as JSON Schema to schema.json, which editors read.

const text = z.string().min(1);
const version = z.number().int().min(1).optional().describe("A change of the version sends the value again. Default: 1.");

const reference = z
  .union(
    [
      z.strictObject({ env: text.describe("Name of an environment variable."), version }),
      z.strictObject({ file: text.describe("Path of a file. A line end at its end is removed."), version }),
    ],
    "expected { env: NAME } or { file: PATH }",
  )
  .describe("The source of a value. A secret is read when it is sent, and is not part of the configuration.");

const textOrReference = z.union([text, reference], "expected a text, { env: NAME } or { file: PATH }");

const optionValue = z.union(
  [z.string(), z.number(), z.boolean(), reference, z.array(z.unknown()), z.record(z.string(), z.unknown())],
  "expected a value, { env: NAME } or { file: PATH }",
);
const options = z.record(z.string(), optionValue).nullable();

const provider = z
  .union(
    [
      z.strictObject({ ory: options }),
      z.strictObject({ ovh: options }),
      z.strictObject({ genesys: options }),
      z.strictObject({ tfe: options }),
    ],
    "expected one of: ory, ovh, genesys, tfe, such as { ory: }",
  )
  .describe("A vendor, and the options of its manager. Without options: the environment variables of the vendor.");

const keys = z
  .strictObject({ clientId: text.optional(), clientSecret: text.optional() })
  .describe("Names of the values in the stored document. Default: CLIENT_ID and CLIENT_SECRET.");

const path = text.describe("$project, $environment and $key are replaced.");

const vault = {
  address: textOrReference,
  token: reference,
  mount: text.optional().describe("Default: secret."),
  namespace: text.optional(),
  path,
};
const region = text.optional();

/** A store of a configuration. */
export const storeSchema = z.union(
  [
    z
      .strictObject({
        files: z.strictObject({ directory: path, format: z.enum(["json", "dotenv"]).optional(), keys: keys.optional() }),
      })
      .describe("One file per client, named by its key. A relative directory starts at the configuration file."),
    z.strictObject({ vault: z.strictObject({ ...vault, keys: keys.optional() }) }).describe("Vault or OpenBao, KV version 2."),
    z
      .strictObject({ aws: z.strictObject({ name: path, region, keys: keys.optional() }) })
      .describe("AWS Secrets Manager. The project needs the package @aws-sdk/client-secrets-manager."),
    z
      .strictObject({
        exec: z.strictObject({
          command: z.array(path).min(1),
          format: z.enum(["json", "dotenv", "value"]).optional(),
          keys: keys.optional(),
          env: z.array(text).optional().describe("Names of further environment variables that the command gets."),
        }),
      })
      .describe("A command that reads the secret on its standard input."),
    z.strictObject({ discard: z.strictObject({}).nullable() }).describe("Secrets that are never used."),
  ],
  "expected one of: files, vault, aws, exec, discard",
);

const journal = z
  .union(
    [
      z.strictObject({ file: path }).describe("A JSON file. A relative path starts at the configuration file."),
      z
        .strictObject({ vault: z.strictObject(vault) })
        .describe("Vault or OpenBao, KV version 2: one document per client below path."),
      z
        .strictObject({ aws: z.strictObject({ prefix: path, region }) })
        .describe(
          "AWS Secrets Manager: one secret per client, named by prefix and key. The project needs the package @aws-sdk/client-secrets-manager.",
        ),
      z
        .strictObject({
          redis: z.strictObject({ url: textOrReference, name: path.optional() }).refine(({ url }) => hasNoPassword(url), {
            path: ["url"],
            message: "contains a password: write the URL as { env: NAME } or { file: PATH }",
          }),
        })
        .describe("Redis or Valkey: one hash, named by name. The project needs the package redis or ioredis."),
    ],
    "expected one of: file, vault, aws, redis",
  )
  .describe("For clients whose secret is in no readable store.");

function hasNoPassword(url: unknown): boolean {
  return typeof url !== "string" || !/^\w+:\/\/[^/]*:[^/]*@/.test(url);
}

const duration = z
  .string()
  .regex(/^\d+[smhd]$/, "expected a duration such as 90d, 24h, 30m or 10s")
  .describe("A duration: 90d, 24h, 30m, 10s.");

const secretStore = z
  .union([text, storeSchema], "expected the name of a store, or one of: files, vault, aws, exec, discard")
  .describe("Name of a store, or a store.");

/** The fields that every client may have. All others belong to the vendor. */
export const policyFields = {
  provider: text.describe("Name of a provider."),
  secretStore: secretStore.optional(),
  secret: z
    .union([z.literal("unmanaged"), reference], "expected unmanaged, { env: NAME } or { file: PATH }")
    .optional()
    .describe("unmanaged: the secret of an adopted client stays where it is. Terraform Enterprise: the secret of Bitbucket."),
  adopt: text.optional().describe("Id of an existing client at the vendor."),
  formerly: text.optional().describe("The key that this client had before."),
  marker: z.boolean().optional().describe("Whether the marker may be in a text that people read. Default: true."),
  verifyWith: z
    .union([z.literal(false), z.record(z.string(), z.unknown())], "expected false, or fields such as { scopes: [read] }")
    .optional()
    .describe("What a token is requested for when a secret is verified: scopes, audience. false: no verification."),
  integrationCredential: z
    .strictObject({ id: text })
    .optional()
    .describe("Genesys Cloud: an integration credential that gets the new secret."),
  rotation: z
    .strictObject({
      by: z.enum(["overlap", "immediate", "second-client"]).optional(),
      every: duration.optional(),
      overlap: duration.optional(),
      autoFinish: z.boolean().optional(),
    })
    .optional(),
} satisfies Record<string, z.ZodType>;

const removed = z.union(
  [z.enum(["forget", "delete"]), z.strictObject({ action: z.enum(["forget", "delete"]), secretStore: secretStore.optional() })],
  "expected forget, delete, or { action: delete, secretStore: NAME }",
);

/** A YAML or JSON configuration. */
export const documentSchema = z.strictObject({
  $schema: z.string().optional(),
  project: text.describe("Part of every marker. Unique among the projects that share an account."),
  environments: z
    .record(text, z.strictObject({ accounts: z.record(text, text).describe("The account of each provider.") }))
    .describe("All environments. --env selects one."),
  providers: z.record(text, provider),
  stores: z.record(text, storeSchema).optional(),
  journal: journal.optional(),
  clients: z.record(text, z.looseObject(policyFields)),
  removed: z.record(text, removed).optional().describe("Clients that are no longer declared."),
  settings: z
    .strictObject({
      concurrency: z.number().int().min(1).optional().describe("Clients that are worked on at the same time. Default: 16."),
      settleMs: z
        .number()
        .int()
        .min(1)
        .optional()
        .describe(
          "How long an attempt of another run must be unchanged before it is continued, in milliseconds. Default: 90000.",
        ),
    })
    .optional()
    .describe("Limits of a run."),
});

/** A configuration that has the form of the schema. */
export type ConfigurationDocument = z.output<typeof documentSchema>;

/** A store in a configuration document. */
export type StoreDocument = z.output<typeof storeSchema>;

/** A journal in a configuration document. */
export type JournalDocument = z.output<typeof journal>;

/** The address, the path and the token of a Vault. */
export type VaultDocument = Extract<JournalDocument, { vault: unknown }>["vault"];

/** The source of a value in a configuration document. */
export type Reference = z.output<typeof reference>;

/** Whether a value is a reference and not an object of another kind. */
export function isReference(value: unknown): value is Reference {
  return reference.safeParse(value).success;
}
