import { ConnectionDropped } from "./faults.js";

/**
 * The part of the package msw that a simulator uses. `import * as msw from "msw"` has this shape, so this library imports neither the
 * package nor its types.
 */
export interface MswNamespace<RequestHandler> {
  /** The namespace of HTTP request handlers. */
  readonly http: {
    all(
      predicate: (info: { readonly request: Request }) => boolean,
      resolver: (info: { readonly request: Request; readonly requestId: string }) => Promise<Response>,
    ): RequestHandler;
  };
}

const maximumCachedResponses = 100;

/** Creates request handlers for `setupServer` of `msw/node`. */
export function createHandlers<RequestHandler>(
  { http }: MswNamespace<RequestHandler>,
  serves: (url: URL) => boolean,
  respond: (request: Request) => Promise<Response>,
): readonly RequestHandler[] {
  const responses = new Map<string, Promise<Response>>();
  // With two listening servers in one program, msw passes the same request to a handler twice. The operation runs once.
  const respondOnce = (requestId: string, request: Request): Promise<Response> => {
    const response = responses.get(requestId) ?? respond(request);
    responses.set(requestId, response);
    const [oldest] = responses.keys();
    if (responses.size > maximumCachedResponses && oldest !== undefined) responses.delete(oldest);
    return response;
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
