import type { VersionFeatures } from "./versions.js";

/** The `Location` header of a created client. */
export function locationOf(id: string, { encodesIdsTwice }: VersionFeatures): string {
  if (encodesIdsTwice) return joinPath("/admin/clients", encodePath(escapeSegment(id)));
  // Header values are bytes, and line feeds are replaced.
  return `/admin/clients/${String.fromCharCode(...new TextEncoder().encode(id)).replaceAll("\n", " ")}`;
}

/**
 * The `registration_client_uri` of a created client.
 *
 * @param id Undefined when the server has generated the id
 */
export function registrationUriOf(
  publicUrl: string,
  id: string | undefined,
  generatedId: string,
  { encodesIdsTwice, generatedRegistrationPath }: VersionFeatures,
): string {
  if (id !== undefined) return publicUrl + joinPath("/oauth2/register", encodePath(encodesIdsTwice ? escapeSegment(id) : id));
  const suffix = { id: `/${generatedId}`, slash: "/", none: "" }[generatedRegistrationPath];
  return `${publicUrl}/oauth2/register${suffix}`;
}

/** Percent-encodes one path segment as Go's url.PathEscape does. */
function escapeSegment(text: string): string {
  return encodeURIComponent(text).replaceAll(/%(?:24|26|2B|3A|3D|40)/g, decodeURIComponent);
}

/** Percent-encodes a path as Go's url.URL does: percent signs as well, slashes not. */
function encodePath(path: string): string {
  return path.split("/").map(escapeSegment).join("/");
}

/** Joins and normalizes two paths. A segment `..` removes the segment before it. */
function joinPath(base: string, path: string): string {
  const segments: string[] = [];
  for (const segment of `${base}/${path}`.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}
