/** What a person can set right: a wrong argument, a wrong file, a missing variable. Its message is all there is to say. */
export class Complaint extends Error {}

/** A step did not do what it claims. */
export class CheckFailed extends Error {}

/** What went wrong, on one line and without control characters. */
export function explain(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return clean(text.replace(/\s+/g, " ").trim());
}

/** Text from a file or a server, made safe to print: a terminal obeys control characters. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, "\ufffd");
}
