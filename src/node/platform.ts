import { ConfigurationError } from "../core/errors.js";

interface Builtins {
  readonly "node:crypto": typeof import("node:crypto");
  readonly "node:http": typeof import("node:http");
  readonly "node:https": typeof import("node:https");
  readonly "node:stream": typeof import("node:stream");
  readonly "node:zlib": typeof import("node:zlib");
}

interface Host {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
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
    const message = `nodeFetch: this runtime has no ${name}; use its own fetch`;
    throw new ConfigurationError({ message, issues: [{ path: "", message: `the runtime has no ${name}` }] });
  }
  return loaded as Builtins[Name];
}

/**
 * Whether the platform's `Response` is loaded already. Node loads it when it is first named, and that takes longer than a whole
 * exchange: until then it is a getter.
 */
export function hasLoadedResponse(host: object = globalThis): boolean {
  return Object.getOwnPropertyDescriptor(host, "Response")?.get === undefined;
}
