import { ConfigurationError } from "../core/errors.js";

interface Builtins {
  readonly "node:crypto": typeof import("node:crypto");
  readonly "node:events": typeof import("node:events");
  readonly "node:fs/promises": typeof import("node:fs/promises");
  readonly "node:http": typeof import("node:http");
  readonly "node:https": typeof import("node:https");
  readonly "node:path": typeof import("node:path");
  readonly "node:stream": typeof import("node:stream");
  readonly "node:zlib": typeof import("node:zlib");
}

interface Host {
  readonly process?: {
    readonly getBuiltinModule?: (name: string) => unknown;
    readonly moduleLoadList?: readonly string[];
    readonly versions?: Readonly<Record<string, string | undefined>>;
  };
}

/**
 * Loads one of Node's own modules when it is needed. An `import` of `node:http` would bring the platform's whole fetch along, which
 * takes Node 24 some thirty times as long as the module itself.
 *
 * @throws {ConfigurationError} the runtime has no such module
 */
export function loadBuiltin<Name extends keyof Builtins>(name: Name, host: Host = globalThis as Host): Builtins[Name] {
  const loaded = host.process?.getBuiltinModule?.(name);
  if (loaded === undefined) {
    const message = `this runtime has no ${name}, which oauth-clients/node needs`;
    throw new ConfigurationError({ message, issues: [{ path: "", message: `the runtime has no ${name}` }] });
  }
  return loaded as Builtins[Name];
}

/**
 * Whether the platform's `Response` is loaded already. Node loads it when it is first named, and that takes longer than a whole
 * exchange. Looking at the property is naming it, so Node is asked for the list of what it has loaded; other runtimes, and a Node that
 * has no such list, count as having loaded it.
 */
export function hasLoadedResponse(host: Host = globalThis as Host): boolean {
  const { moduleLoadList, versions } = host.process ?? {};
  const isNode = versions?.node !== undefined && versions.bun === undefined && versions.deno === undefined;
  return !isNode || !Array.isArray(moduleLoadList) || moduleLoadList.includes("NativeModule internal/deps/undici/undici");
}
