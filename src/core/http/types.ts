/** The methods that vendors use. */
export type Verb = "get" | "put" | "post" | "patch" | "delete";

/** The paths of a description that have this method. */
export type PathsWith<Paths, Method extends Verb> = {
  [Path in keyof Paths]: Paths[Path] extends Record<Method, { responses: unknown }> ? Path : never;
}[keyof Paths];

/** One operation of a description. */
export type OperationOf<Paths, Path extends keyof Paths, Method extends Verb> =
  Paths[Path] extends Record<Method, infer Operation> ? Operation : never;

/** Path parameters, query, header fields and body of one operation: what is missing, unknown or of another type does not compile. */
export type OperationInput<Operation> = Part<"params", Parameters<Operation, "path">> &
  Part<"query", Parameters<Operation, "query">> &
  Part<"headers", Parameters<Operation, "header">> &
  Body<"json", Operation, Content<Operation, "application/json" | "application/vnd.api+json">> &
  Body<"form", Operation, Content<Operation, "application/x-www-form-urlencoded">>;

// A part that the operation lacks is forbidden, one with nothing required in it may be left out, any other has to be there.
type Part<Name extends string, T> = [T] extends [never]
  ? { readonly [K in Name]?: never }
  : Record<never, never> extends T
    ? { readonly [K in Name]?: T }
    : { readonly [K in Name]: T };

// A body whose members are all optional is still a body: it may be left out only where the operation does without.
type Body<Name extends string, Operation, T> = [T] extends [never]
  ? { readonly [K in Name]?: never }
  : Operation extends { requestBody: unknown }
    ? { readonly [K in Name]: T }
    : { readonly [K in Name]?: T };

type Parameters<Operation, In extends "path" | "query" | "header"> = Operation extends { parameters: { [K in In]?: infer T } }
  ? Exclude<T, undefined>
  : never;

// What an operation without a body gives is `never`, which would extend anything and make any body fit.
type Content<Operation, Media extends string> = Operation extends { requestBody?: infer Written }
  ? [Exclude<Written, undefined>] extends [never]
    ? never
    : Exclude<Written, undefined> extends { content: infer Contents }
      ? Contents[keyof Contents & Media]
      : never
  : never;
