import { createOvhManager, type OvhClient, type OvhClientInput, type OvhManager } from "oauth-clients/ovh";
import { mask } from "../demo/report.js";
import { shorten } from "../demo/steps.js";
import type { Made, Run, Vendor } from "../demo/vendor.js";
import type { Server } from "./server.js";

export interface OvhVendor extends Vendor<OvhClient, OvhClientInput> {
  readonly manager: OvhManager;
}

export type OvhRun = Run<OvhClient, OvhClientInput, OvhVendor>;
export type OvhMade = Made<OvhClient, OvhClientInput>;

/** OVHcloud, where the end of the description tells the clients of one run from all others. */
export function connect({ options }: Server, mark: string): OvhVendor {
  return {
    manager: createOvhManager(options),
    mark: (asked) => ({ ...asked, description: `${asked.description} (${mark})` }),
    isMarked: ({ description }) => description.endsWith(`(${mark})`),
    label: ({ name }) => name,
    notCompared: [],
    hasSecret: () => true,
    columns: [
      { title: "NAME", width: 20 },
      { title: "FLOW", width: 18 },
      { title: "SECRET", width: 24 },
      { title: "IDENTITY", width: 14 },
    ],
    row: ({ client, credentials }) => [
      [client.name, shorten(client.id)],
      [client.flow],
      [credentials ? mask(credentials.clientSecret) : "no secret"],
      [client.identity === undefined ? "none" : "a URN"],
    ],
  };
}
