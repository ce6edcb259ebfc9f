import { ConflictError, NotFoundError } from "../errors.js";
import { withReasonSuffix } from "../outcome.js";
import type { Http } from "./request.js";

/** The path parameters of a request. */
export type PathParameters = Readonly<Record<string, unknown>>;

/**
 * Adds the requested resource to the message of a `NotFoundError` or a `ConflictError`: most vendors do not name it.
 * @param describe - the resource of these parameters, for example `client 1234`. `undefined`: the message does not change
 */
export function withResourceNames<Paths>(
  http: Http<Paths>,
  describe: (parameters: PathParameters) => string | undefined,
): Http<Paths> {
  const send = async (request: { readonly params?: PathParameters }) => {
    try {
      return await (http as unknown as (request: object) => Promise<unknown>)(request);
    } catch (error) {
      const resource = describe(request.params ?? {});
      if (resource === undefined || !(error instanceof NotFoundError || error instanceof ConflictError)) throw error;
      throw withReasonSuffix(error, `[${resource}]`);
    }
  };
  return send as unknown as Http<Paths>;
}
