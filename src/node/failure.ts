/**
 * The `TypeError` that a `fetch` rejects with. Of what Node threw only texts and codes are kept: its parser, for one, keeps the bytes
 * of the answer on the error, and they may hold a token.
 */
export function failure(message: string, cause: unknown): TypeError {
  return new TypeError(message, { cause: copy(cause) });
}

/** An error with a code that the rest of this library can read. */
export function coded(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

function copy(error: unknown): Error {
  const { message, code, errors } = (error ?? {}) as { message?: unknown; code?: unknown; errors?: unknown };
  const text = typeof message === "string" ? message : "";
  const kept = Array.isArray(errors) ? new AggregateError(errors.map(copy), text) : new Error(text);
  return typeof code === "string" ? Object.assign(kept, { code }) : kept;
}
