import type { HttpHandler } from "msw";
import { ConnectionDropped } from "./faults.js";

type Msw = typeof import("msw");

const mostRemembered = 100;

/** Loads a package by its name, as `require` does. */
export type Load = (name: string) => unknown;

/**
 * Wraps a simulator in request handlers for `setupServer` of `msw/node`.
 *
 * msw is looked up here and not imported above, since it is an optional peer: whoever injects `fetch` does not need it. The
 * lookup has to be synchronous, for `handlers` is a plain array, and a top-level `await` would shut out `require`. msw tells
 * handlers by their `kind`, so it does not matter when this copy is its CommonJS build and the program's is the other.
 *
 * @throws {Error} msw is not installed
 */
export function createHandlers(
  serves: (url: URL) => boolean,
  respond: (request: Request) => Promise<Response>,
  load: Load = loadInstalled,
): readonly HttpHandler[] {
  const { http } = loadMsw(load);
  const answers = new Map<string, Promise<Response>>();
  // Where two servers listen in one program, msw offers the same request to a handler twice. The vendor acts once.
  const respondOnce = (requestId: string, request: Request): Promise<Response> => {
    const answer = answers.get(requestId) ?? respond(request);
    answers.set(requestId, answer);
    const [oldest] = answers.keys();
    if (answers.size > mostRemembered && oldest !== undefined) answers.delete(oldest);
    return answer;
  };
  const handler = http.all(
    ({ request }) => serves(new URL(request.url)),
    async ({ request, requestId }) => {
      try {
        return (await respondOnce(requestId, request)).clone();
      } catch (error) {
        if (error instanceof ConnectionDropped) return Response.error();
        throw error;
      }
    },
  );
  return [handler];
}

function loadMsw(load: Load): Msw {
  try {
    return load("msw") as Msw;
  } catch (cause) {
    throw new Error("`handlers` needs the package msw, version 2.15 or newer. Install it, or inject the simulator's `fetch`.", {
      cause,
    });
  }
}

function loadInstalled(name: string): unknown {
  const { createRequire } = process.getBuiltinModule("node:module");
  try {
    return createRequire(import.meta.url)(name);
  } catch {
    // A linked package sees its own folder first: msw may be installed next to the program only.
    return createRequire(`${process.cwd()}/`)(name);
  }
}
