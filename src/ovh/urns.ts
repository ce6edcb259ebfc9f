const region = "(eu|ca|us)";
const identity = new RegExp(`^urn:v1:${region}:identity:[A-Za-z]+:[^\\s:*]+$`);
const group = new RegExp(`^urn:v1:${region}:permissionsGroup:[^\\s:*]+:[^\\s*]+$`);
const resourceGroup = new RegExp(`^urn:v1:${region}:resourceGroup:(\\*|[^\\s:*]+)$`);
const resource = new RegExp(`^urn:v1:${region}:resource:(\\*|(\\*|[^\\s:*]+):(\\*|\\*?[^\\s*]+\\*?))$`);

/** Describes the problem of an identity URN. `undefined`: it is valid. */
export function identityProblem(urn: string): string | undefined {
  return identity.test(urn)
    ? undefined
    : "expected the URN of an identity, such as urn:v1:eu:identity:credential:xx11111-ovh/oauth2-id";
}

/** Describes the problem of a resource URN. `undefined`: it is valid. */
export function resourceProblem(urn: string): string | undefined {
  if (urn === "*") return '"*" alone is not a URN; all resources of a region are urn:v1:eu:resource:*';
  if (resource.test(urn) || resourceGroup.test(urn)) return undefined;
  const hasInnerWildcard = /^urn:v1:[a-z]+:resource:[^\s:]+:[^\s]+$/.test(urn) && /[^:]\*[^\s]/.test(urn);
  return hasInnerWildcard
    ? "a * is allowed only at the beginning or the end of the last part"
    : "expected the URN of a resource, such as urn:v1:eu:resource:webHosting:example.hosting.ovh.net, or of a resourceGroup";
}

/** Describes the problem of a permissions group URN. `undefined`: it is valid. */
export function permissionsGroupProblem(urn: string): string | undefined {
  return group.test(urn)
    ? undefined
    : "expected the URN of a permissions group, such as urn:v1:eu:permissionsGroup:ovh:globalAdmin";
}

/** Describes the problem of a permissions group, by URN or by the name of one of OVHcloud's. `undefined`: it is valid. */
export function groupReferenceProblem(group: string): string | undefined {
  return /^[A-Za-z][\w-]*$/.test(group) || permissionsGroupProblem(group) === undefined
    ? undefined
    : "expected the name of a permissions group of OVHcloud, such as globalReadOnly, or the URN of any group";
}

/** The URN of a permissions group. A name is one of OVHcloud's own groups, in the region of the identity. */
export function toPermissionsGroupUrn(group: string, identity: string): string {
  return group.includes(":") ? group : `urn:v1:${identity.split(":")[2]}:permissionsGroup:ovh:${group}`;
}

/** Describes the problem of a resource URN that names one resource. `undefined`: it is valid. */
export function singleResourceProblem(urn: string): string | undefined {
  return urn.includes("*") ? "expected the URN of one resource, without *" : resourceProblem(urn);
}

/** Describes the problem of the name of one action. `undefined`: it is valid. */
export function singleActionProblem(action: string): string | undefined {
  return action.includes("*") ? "expected the name of one action, without *" : actionProblem(action);
}

/** Describes the problem of an action name. `undefined`: it is valid. */
export function actionProblem(action: string): string | undefined {
  return /^(?=.*[:*])[^\s:,]+(:[^\s:,]+)*$/.test(action)
    ? undefined
    : "expected an action, such as webHosting:apiovh:get or webHosting:*";
}
