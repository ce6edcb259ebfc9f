const region = "(eu|ca|us)";
const identity = new RegExp(`^urn:v1:${region}:identity:[A-Za-z]+:[^\\s:*]+$`);
const group = new RegExp(`^urn:v1:${region}:permissionsGroup:[^\\s:*]+:[^\\s*]+$`);
const resourceGroup = new RegExp(`^urn:v1:${region}:resourceGroup:(\\*|[^\\s:*]+)$`);
const resource = new RegExp(`^urn:v1:${region}:resource:(\\*|(\\*|[^\\s:*]+):(\\*|\\*?[^\\s*]+\\*?))$`);

/** What is wrong with the URN of somebody whom a policy is for, or `undefined` when nothing is. */
export function identityFault(urn: string): string | undefined {
  return identity.test(urn)
    ? undefined
    : "expected the URN of an identity, such as urn:v1:eu:identity:credential:xx11111-ovh/oauth2-id";
}

/** What is wrong with the URN of something that a policy is about. */
export function resourceFault(urn: string): string | undefined {
  if (urn === "*") return '"*" alone is no URN: everything in a region is urn:v1:eu:resource:*';
  if (resource.test(urn) || resourceGroup.test(urn)) return undefined;
  const inside = /^urn:v1:[a-z]+:resource:[^\s:]+:[^\s]+$/.test(urn) && /[^:]\*[^\s]/.test(urn);
  return inside
    ? "a * stands only at the beginning or at the end of the last part"
    : "expected the URN of a resource, such as urn:v1:eu:resource:webHosting:example.hosting.ovh.net, or of a resourceGroup";
}

/** What is wrong with the URN of a group of permissions. */
export function permissionsGroupFault(urn: string): string | undefined {
  return group.test(urn)
    ? undefined
    : "expected the URN of a group of permissions, such as urn:v1:eu:permissionsGroup:ovh:globalAdmin";
}

/** What is wrong with the name of an action. */
export function actionFault(action: string): string | undefined {
  return /^(?=.*[:*])[^\s:,]+(:[^\s:,]+)*$/.test(action)
    ? undefined
    : "expected an action, such as webHosting:apiovh:get or webHosting:*";
}
