/** One request as an operation of a simulator sees it: read whole, and matched. */
export interface Call<Origin extends string = string> {
  readonly method: string;
  /** The address without the site's own path prefix. */
  readonly url: URL;
  /** The parts of the path that the template names, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: Headers;
  /** The content as it came, byte for byte. Empty when there was none. */
  readonly bytes: Uint8Array;
  /** The content as UTF-8 text. */
  readonly text: string;
  /** Where this caller reaches the simulator: the configured addresses, or the loopback ones when it came through `listen()`. */
  readonly sites: Readonly<Record<Origin, string>>;
  /** Which of the origins the request came in at. Several, when they share one address. */
  readonly origins: readonly Origin[];
}

/** One operation of a simulated API. */
export interface Operation<Origin extends string = string> {
  readonly method: string;
  /** Path template, `/clients/{id}`. Several when the vendor answers at more than one. */
  readonly path: string | readonly string[];
  /** Where the operation is served. */
  readonly origins: readonly Origin[];
  /** Acts and answers. */
  readonly answer: (call: Call<Origin>) => Response | Promise<Response>;
}

/** What an address leads to. */
export interface Match<Id extends string> {
  /** The operation, or undefined when there is none for this method. */
  readonly operationId: Id | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  /** Methods that the path knows. Empty: the path is unknown. */
  readonly allowed: readonly string[];
}

/** Makes the function that finds the operation for a method and a path. Literal segments win over named ones. */
export function createRouter<Id extends string, Origin extends string>(
  operations: Readonly<Record<Id, Operation<Origin>>>,
): (method: string, pathname: string, origins: readonly Origin[]) => Match<Id> {
  const routes = (Object.entries(operations) as [Id, Operation<Origin>][])
    .flatMap(([operationId, operation]) =>
      [operation.path]
        .flat()
        .map((path) => ({ operationId, operation, segments: path.split("/"), named: path.split("{").length })),
    )
    .sort((one, other) => one.named - other.named);
  return (method, pathname, origins) => {
    const found = routes.flatMap((route) => {
      const parameters = route.operation.origins.some((origin) => origins.includes(origin))
        ? matchSegments(route.segments, pathname.split("/"))
        : undefined;
      return parameters ? [{ ...route, parameters }] : [];
    });
    const hit = found.find((route) => route.operation.method === method);
    return {
      operationId: hit?.operationId,
      parameters: hit?.parameters ?? {},
      allowed: [...new Set(found.map((route) => route.operation.method))],
    };
  };
}

function matchSegments(template: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (template.length !== path.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, wanted] of template.entries()) {
    const given = path[index] ?? "";
    if (!wanted.startsWith("{")) {
      if (wanted !== given) return undefined;
      continue;
    }
    try {
      parameters[wanted.slice(1, -1)] = decodeURIComponent(given);
    } catch {
      return undefined;
    }
    if (given === "") return undefined;
  }
  return parameters;
}
