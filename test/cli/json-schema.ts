import ts from "typescript";
import * as z from "zod";
import { documentSchema, policyFields } from "../../src/cli/schema.js";
import { program } from "../package/surface.js";
import { root } from "../package/tree.js";

type Schema = Record<string, unknown>;

const inputs = [
  ["src/ory/provider.ts", "Ory"],
  ["src/ovh/provider.ts", "OVHcloud"],
  ["src/genesys/provider.ts", "Genesys Cloud"],
  ["src/tfe/provider.ts", "Terraform Enterprise"],
] as const;

/** The JSON Schema of a configuration document: the form from zod, the fields of the vendors from their types. */
export function createJsonSchema(): Schema {
  const schema = z.toJSONSchema(documentSchema, { io: "input" }) as Schema & { properties: Record<string, Schema> };
  const client = schema.properties.clients?.additionalProperties as Schema & { properties: Schema };
  client.properties = { ...vendorFields(), ...client.properties };
  client.additionalProperties = false;
  return { title: "Configuration of oauth-clients", ...schema };
}

function vendorFields(): Record<string, Schema> {
  const made = program(inputs.map(([file]) => root + file));
  const fields: Record<string, { readonly schemas: Schema[]; readonly notes: string[] }> = {};
  for (const [file, vendor] of inputs)
    for (const [name, schema, note] of fieldsOf(made, root + file)) {
      if (Object.hasOwn(policyFields, name)) continue;
      fields[name] ??= { schemas: [], notes: [] };
      const known = fields[name];
      if (!known.schemas.some((one) => JSON.stringify(one) === JSON.stringify(schema))) known.schemas.push(schema);
      known.notes.push(`${vendor}: ${note}`);
    }
  return Object.fromEntries(
    Object.entries(fields).map(([name, { schemas, notes }]) => [
      name,
      { description: notes.join("\n"), ...(schemas.length === 1 ? schemas[0] : { anyOf: schemas }) },
    ]),
  );
}

/** The fields of the first parameter of the provider's method `client`, all overloads together. */
function fieldsOf(made: ts.Program, file: string): (readonly [name: string, schema: Schema, note: string])[] {
  const checker = made.getTypeChecker();
  const source = made.getSourceFile(file) as ts.SourceFile;
  const provider = source.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text.endsWith("Provider"));
  const method = checker.getTypeAtLocation(provider as ts.Node).getProperty("client") as ts.Symbol;
  const found = new Map<string, readonly [string, Schema, string]>();
  for (const declaration of method.declarations ?? []) {
    const [parameter] = (declaration as ts.MethodSignature).parameters;
    const type = checker.getTypeAtLocation(parameter as ts.Node);
    for (const one of type.isUnion() ? type.types : [type])
      for (const property of one.getProperties()) {
        const schema = schemaOf(checker, checker.getTypeOfSymbolAtLocation(property, parameter as ts.Node));
        if (schema === undefined) continue;
        const text = ts.displayPartsToString(property.getDocumentationComment(checker)).replace(/\s+/g, " ");
        const before = found.get(property.name);
        const merged = before === undefined ? schema : mergeEnums(before[1], schema);
        found.set(property.name, [property.name, merged, before?.[2] || text]);
      }
  }
  return [...found.values()];
}

// Overloads have one literal each: `grantType: "implicit"`.
function mergeEnums(one: Schema, other: Schema): Schema {
  if (!Array.isArray(one.enum) || !Array.isArray(other.enum)) return one;
  return { enum: [...new Set([...one.enum, ...other.enum])] };
}

/** A simple schema of a type, or `undefined` for a field that must be absent. */
function schemaOf(checker: ts.TypeChecker, type: ts.Type): Schema | undefined {
  const bare = checker.getNonNullableType(type);
  if ((bare.flags & ts.TypeFlags.Never) !== 0) return undefined;
  const parts = bare.isUnion() ? bare.types : [bare];
  if (parts.some((one) => one.symbol?.name === "NotAllowed" || one.aliasSymbol?.name === "NotAllowed")) return undefined;
  if (parts.some((one) => one.getProperty("source") && one.getProperty("version"))) return reference();
  if (parts.every((one) => one.isStringLiteral())) return { enum: parts.map((one) => (one as ts.StringLiteralType).value) };
  if (parts.every((one) => (one.flags & ts.TypeFlags.BooleanLike) !== 0)) return { type: "boolean" };
  if (parts.every((one) => (one.flags & ts.TypeFlags.NumberLike) !== 0)) return { type: "number" };
  if (parts.every(isText)) return textSchema(parts);
  if (parts.every((one) => checker.isArrayType(one) || checker.isTupleType(one))) {
    const [element] = checker.getTypeArguments(parts[0] as ts.TypeReference);
    const items = element && schemaOf(checker, element);
    return { type: "array", ...(items === undefined || Object.keys(items).length === 0 ? {} : { items }) };
  }
  return parts.some((one) => (one.flags & ts.TypeFlags.Object) === 0) ? {} : { type: "object" };
}

// `string & {}` keeps the known values of a union.
function isText(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.StringLike) !== 0 || (type.isIntersection() && type.types.some(isText));
}

// Known values are offered, others are allowed.
function textSchema(parts: readonly ts.Type[]): Schema {
  const known = parts.flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
  return known.length === 0 ? { type: "string" } : { anyOf: [{ enum: known }, { type: "string" }] };
}

function reference(): Schema {
  const source = { type: "object", additionalProperties: false };
  const version = { type: "integer", minimum: 1 };
  return {
    anyOf: ["env", "file"].map((name) => ({
      ...source,
      properties: { [name]: { type: "string", minLength: 1 }, version },
      required: [name],
    })),
  };
}
