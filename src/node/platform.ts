import { ConfigurationError } from "../core/errors.js";

interface Builtins {
  readonly "node:crypto": typeof import("node:crypto");
  readonly "node:events": typeof import("node:events");
  readonly "node:fs": typeof import("node:fs");
  readonly "node:fs/promises": typeof import("node:fs/promises");
  readonly "node:http": typeof import("node:http");
  readonly "node:https": typeof import("node:https");
  readonly "node:path": typeof import("node:path");
  readonly "node:stream": typeof import("node:stream");
  readonly "node:tls": typeof import("node:tls");
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
 * Loads a builtin module of Node when it is needed. On Node 24 an `import` of `node:http` also loads the platform's `fetch`, which
 * takes about thirty times as long as the module itself.
 *
 * @throws {ConfigurationError} the runtime has no such module
 */
export function loadBuiltin<Name extends keyof Builtins>(name: Name, host: Host = globalThis as Host): Builtins[Name] {
  const builtin = host.process?.getBuiltinModule?.(name);
  if (builtin === undefined) {
    const message = `this runtime has no ${name}, which oauth-clients/node needs`;
    throw new ConfigurationError({ message, issues: [{ path: "", message: `the runtime has no ${name}` }] });
  }
  return builtin as Builtins[Name];
}

/**
 * Whether the platform's `Response` is loaded already. Node loads it at the first access of the global, which takes longer than a
 * whole token request. Reading the global would load it, so this function reads Node's list of loaded modules. In other runtimes, and
 * in a Node without that list, the result is `true`.
 */
export function hasLoadedResponse(host: Host = globalThis as Host): boolean {
  const { moduleLoadList, versions } = host.process ?? {};
  const isNode = versions?.node !== undefined && versions.bun === undefined && versions.deno === undefined;
  return !isNode || !Array.isArray(moduleLoadList) || moduleLoadList.includes("NativeModule internal/deps/undici/undici");
}
