import type { components } from "../../openapi/ovh.js";
import { type Account, accountResource, webHostingResource } from "./urns.js";

type Details = Omit<components["schemas"]["policyResource"], "urn">;

/** Creates the web hosting plan of a response. */
export function hostingDocument(serviceName: string): components["schemas"]["webHosting"] {
  return {
    cluster: /\b(cluster\d+)\b/.exec(serviceName)?.[1] ?? "cluster001",
    displayName: null,
    hostingIp: "192.0.2.10",
    hostingIpv6: "2001:db8::10",
    offer: "perso2014",
    primaryLogin: serviceName.split(".")[0] ?? serviceName,
    serviceName,
    state: "active",
  };
}

/** Returns the details of a resource URN. Wildcards, groups and other products have none. */
export function describeResource(urn: string, account: Account, webHostings: readonly string[]): Details {
  const single = (type: string, name: string): Details => ({
    resource: { displayName: name, name, owner: account.name, tags: null, type },
  });
  if (urn === accountResource(account)) return single("account", account.name);
  const serviceName = webHostings.find((name) => webHostingResource(account, name) === urn);
  return serviceName === undefined ? {} : single("webHosting", serviceName);
}
