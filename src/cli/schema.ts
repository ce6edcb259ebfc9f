import * as z from "zod";

// The form of a YAML or JSON configuration. `npm run schema` writes it as JSON Schema to schema.json, which editors read.

const text = z.string().min(1);

const reference = z
  .union([
    z.strictObject({ env: text.describe("Name of an environment variable."), version: z.number().int().min(1).optional() }),
    z.strictObject({ file: text.describe("Path of a file. One line end at its end is removed."), version: z.number().int().min(1).optional() }),
  ])
  .describe("The source of a value. A secret is read when it is needed and is not part of the configuration.");

const optionValue = z.union([z.string(), z.number(), z.boolean(), reference, z.array(z.unknown()), z.record(z.string(), z.unknown())]);
const options = z.record(z.string(), optionValue);

const provider = z
  .union([
    z.strictObject({ ory: options }),
    z.strictObject({ ovh: options }),
    z.strictObject({ genesys: options }),
    z.strictObject({ tfe: options }),
  ])
  .describe("A vendor account: the vendor, and the options of its manager. Without options: the vendor's environment variables.");

const keys = z
  .strictObject({ clientId: text.optional(), clientSecret: text.optional() })
  .describe("Names of the values in the stored document.");

const path = text.describe("$environment, $project and $key are replaced.");

const store = z.union([
  z.strictObject({ files: z.strictObject({ directory: path, format: z.enum(["json", "dotenv"]).optional(), keys: keys.optional() }) }),
  z.strictObject({
    vault: z.strictObject({
      address: z.union([text, reference]),
      token: reference,
      mount: text.optional(),
      namespace: text.optional(),
      path,
      keys: keys.optional(),
    }),
  }),
  z.strictObject({ aws: z.strictObject({ name: path, region: text.optional(), keys: keys.optional() }) }),
  z.strictObject({
    exec: z.strictObject({ command: z.array(text).min(1), format: z.enum(["json", "value"]).optional() }),
  }),
  z.strictObject({ discard: z.strictObject({}) }),
]);

const duration = z.string().regex(/^\d+[smhd]$/, "expected a duration such as 90d, 24h, 30m or 10s");

/** What the engine takes for every vendor. Everything else in a client belongs to the vendor. */
export const policyFields = {
  provider: text.describe("Name of a provider above."),
  secretStore: z.union([text, store]).optional().describe("Name of a store above, or a store."),
  secret: z.literal("unmanaged").optional().describe("The secret of an adopted client stays where it is."),
  adopt: text.optional().describe("Id of an existing client at the vendor."),
  formerly: text.optional().describe("The key that this client had before."),
  marker: z.boolean().optional().describe("Whether the marker may be in a text that people read."),
  verifyWith: z.union([z.literal(false), z.record(z.string(), z.unknown())]).optional(),
  rotation: z
    .strictObject({
      by: z.enum(["overlap", "immediate", "second-client"]).optional(),
      every: duration.optional(),
      overlap: duration.optional(),
      autoFinish: z.boolean().optional(),
    })
    .optional(),
} satisfies Record<string, z.ZodType>;

/** A YAML or JSON configuration. */
export const documentSchema = z.strictObject({
  $schema: z.string().optional(),
  project: text.describe("Part of every marker. Unique among the projects that share an account."),
  environments: z.record(text, z.strictObject({ accounts: z.record(text, text) })),
  providers: z.record(text, provider),
  stores: z.record(text, store).optional(),
  journal: z.strictObject({ file: path }).optional().describe("For clients whose secret is in no readable store."),
  clients: z.record(text, z.looseObject(policyFields)),
  removed: z.record(text, z.enum(["forget", "delete"])).optional(),
});

/** A configuration that has the form of the schema. */
export type ConfigurationDocument = z.output<typeof documentSchema>;

/** A store in a configuration document. */
export type StoreDocument = z.output<typeof store>;

/** The source of a value in a configuration document. */
export type Reference = z.output<typeof reference>;

/** Whether a value is a reference and not an object of another kind. */
export function isReference(value: unknown): value is Reference {
  return reference.safeParse(value).success;
}
