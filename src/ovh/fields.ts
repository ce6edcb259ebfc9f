interface Fields {
  /** The name for people. Not unique. */
  readonly name: string;
  /** What the client is for. OVHcloud insists on one. */
  readonly description: string;
}

/** A service account: a client that gets tokens for itself (RFC 6749 section 4.4). What it may do is up to policies. */
export interface OvhServiceAccountInput extends Fields {
  /** Cannot be changed later. */
  readonly flow: "client_credentials";
  readonly callbackUrls?: never;
}

/** A client for applications that people log in to (RFC 6749 section 4.1). */
export interface OvhAuthorizationCodeInput extends Fields {
  /** Cannot be changed later. */
  readonly flow: "authorization_code";
  /** Where people may be sent back to: `https:`, or `http:` on a loopback address. */
  readonly callbackUrls: readonly [string, ...string[]];
}

/** What `create` takes. */
export type OvhClientInput = OvhServiceAccountInput | OvhAuthorizationCodeInput;

/**
 * When a policy holds. `MATCH` compares values, by keys such as `request.IP`, `resource.Tag(name)` and
 * `date(Europe/Paris).WeekDay`; the others join further conditions. At most three levels.
 */
export type OvhPolicyCondition =
  | {
      readonly operator: "MATCH";
      readonly values: Readonly<Record<string, string>>;
      readonly conditions?: never;
    }
  | {
      readonly operator: "AND" | "OR" | "NOT";
      readonly conditions: readonly OvhPolicyCondition[];
      readonly values?: never;
    };

/** What a policy is made of. Everything that no policy allows is denied. */
export interface OvhPolicyFields {
  /** Unique in the account. Names that begin with `ovh-` are OVHcloud's own. */
  readonly name: string;
  /** What the policy is for. */
  readonly description?: string;
  /** URNs of whom the policy is for: `identity` of a service account, say. */
  readonly identities: readonly string[];
  /**
   * URNs of what the policy is about, such as `urn:v1:eu:resource:webHosting:example.hosting.ovh.net`. A `*` at the beginning or
   * end of the last part stands for any text: `urn:v1:eu:resource:vps:*`, and `urn:v1:eu:resource:*` for everything.
   */
  readonly resources: readonly string[];
  /** Actions that are allowed, such as `webHosting:apiovh:get`; `*` stands for any text: `webHosting:*`. `listActions` has all. */
  readonly allow?: readonly string[];
  /** Actions that are denied, whatever any policy allows. */
  readonly deny?: readonly string[];
  /** Actions that are taken away from `allow` of this policy. */
  readonly except?: readonly string[];
  /** URNs of groups of permissions, such as `urn:v1:eu:permissionsGroup:ovh:globalAdmin`. */
  readonly permissionsGroups?: readonly string[];
  /** When the policy holds. Absent: always. */
  readonly conditions?: OvhPolicyCondition;
  /** When the policy ends. */
  readonly expiresAt?: Date;
}
