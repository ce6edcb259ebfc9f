/** One request with its content, matched to an operation. */
export interface Call<Origin extends string = string> {
  readonly method: string;
  /** The URL without the path prefix of the base URL. */
  readonly url: URL;
  /** The parameters of the path template, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: Headers;
  /** The content. Empty when the request has none. */
  readonly bytes: Uint8Array;
  /** The content as UTF-8 text. */
  readonly text: string;
  /** The base URLs for this caller: the configured ones, or those of the loopback server for requests through `listen()`. */
  readonly baseUrls: Readonly<Record<Origin, string>>;
  /** The origins whose base URL the request matches. Several origins can share one base URL. */
  readonly origins: readonly Origin[];
}

/** Runs an operation and returns its response. */
export type Handler<Origin extends string = string> = (call: Call<Origin>) => Response | Promise<Response>;

/** One operation of a simulated API. */
export interface Operation<Origin extends string = string> {
  readonly method: string;
  /** Path template, `/clients/{id}`, or several templates. */
  readonly path: string | readonly string[];
  /** The origins that serve the operation. */
  readonly origins: readonly Origin[];
  /** Runs the operation. */
  readonly respond: Handler<Origin>;
}

/** The result of routing. */
export interface Match<Id extends string> {
  /** Undefined when no operation has this path and method. */
  readonly operationId: Id | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  /** The methods that exist for the path. Empty when the path is unknown. */
  readonly allowed: readonly string[];
}

/** How paths and methods are matched. */
export interface RoutingOptions {
  /** Ignore a slash at the end of a path. */
  readonly ignoreTrailingSlash?: boolean;
  /** Route HEAD to the GET operation of a path without a HEAD operation. */
  readonly headAsGet?: boolean;
}

/** Creates the function that finds the operation of a method and a path. Literal segments precede parameters. */
export function createRouter<Id extends string, Origin extends string>(
  operations: Readonly<Record<Id, Operation<Origin>>>,
  { ignoreTrailingSlash = false, headAsGet = false }: RoutingOptions = {},
): (method: string, pathname: string, origins: readonly Origin[]) => Match<Id> {
  const routes = (Object.entries(operations) as [Id, Operation<Origin>][])
    .flatMap(([operationId, operation]) =>
      [operation.path]
        .flat()
        .map((path) => ({ operationId, operation, segments: path.split("/"), named: path.split("{").length })),
    )
    .sort((one, other) => one.named - other.named);
  return (method, path, origins) => {
    const pathname = ignoreTrailingSlash && path.length > 1 ? path.replace(/\/$/, "") : path;
    const matches = routes.flatMap((route) => {
      const parameters = route.operation.origins.some((origin) => origins.includes(origin))
        ? matchSegments(route.segments, pathname.split("/"))
        : undefined;
      return parameters ? [{ ...route, parameters }] : [];
    });
    const find = (name: string) => matches.find((route) => route.operation.method === name);
    const match = find(method) ?? (headAsGet && method === "HEAD" ? find("GET") : undefined);
    return {
      operationId: match?.operationId,
      parameters: match?.parameters ?? {},
      allowed: [...new Set(matches.map((route) => route.operation.method))],
    };
  };
}

function matchSegments(template: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (template.length !== path.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of template.entries()) {
    const actual = path[index] ?? "";
    if (!expected.startsWith("{")) {
      if (expected !== actual) return undefined;
      continue;
    }
    try {
      parameters[expected.slice(1, -1)] = decodeURIComponent(actual);
    } catch {
      return undefined;
    }
    if (actual === "") return undefined;
  }
  return parameters;
}

/**
 * The header field of responses to requests that a simulator does not implement. The body of such a response says the same, in the vendor's
 * error shape.
 */
export const notSimulatedFields: Readonly<Record<string, string>> = { "x-simulator": "not simulated" };
