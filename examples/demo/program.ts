import { demonstrateGenesys } from "../genesys/demo.js";
import { demonstrateOry } from "../ory/demo.js";
import { demonstrateOvh } from "../ovh/demo.js";
import { demonstrateTfe } from "../tfe/demo.js";
import { readArguments } from "./arguments.js";
import { createReport, type Report } from "./report.js";
import type { Counted, Demonstration, Outcome, Ready, Stage } from "./stage.js";

/** OVHcloud comes last: its guide is the finale. */
const demonstrations: Readonly<Record<string, Demonstration>> = {
  ory: demonstrateOry,
  tfe: demonstrateTfe,
  genesys: demonstrateGenesys,
  ovh: demonstrateOvh,
};

const help = `Creates OAuth2 clients, uses them, deletes them, and checks every step.

  npm run demo [-- [vendor] [--file <path>]]

  vendor           ${Object.keys(demonstrations).join(", ")}; without one, all there are
  --file <path>    your own clients instead of examples/<vendor>/clients.json
  --help           this text

Without a vendor's variables a simulated server is started on a free loopback port:

  ory      ORY_ADMIN_URL and ORY_PUBLIC_URL            a Hydra (ORY_PROJECT_API_KEY for a gateway before it)
           ORY_PROJECT_SLUG and ORY_PROJECT_API_KEY    a project of Ory Network
  tfe      TFE_TOKEN and TFE_ORGANIZATION              HCP Terraform; an installation of one's own with
                                                       TFE_ADDRESS or TFE_HOSTNAME
  genesys  GENESYSCLOUD_OAUTHCLIENT_ID and _SECRET     or GENESYSCLOUD_ACCESS_TOKEN; GENESYSCLOUD_REGION
  ovh      OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET and OVH_CONSUMER_KEY; or OVH_CLIENT_ID and
           OVH_CLIENT_SECRET; or OVH_ACCESS_TOKEN; OVH_ENDPOINT
           OVH_WEB_HOSTING, the name of a web hosting plan, for the guide at the end

On a real server only what this run has made is touched. It is marked: \`owner\` at Ory, the name at Terraform
Enterprise, the description at Genesys Cloud and OVHcloud end with the mark of the run.
`;

/** What the program gets from its surroundings. */
export interface Surroundings extends Pick<Stage, "environment" | "signal"> {
  readonly write: (text: string) => void;
  readonly colours: boolean;
}

/** Does what the command line asks for. Rejects when something is wrong or a claim does not hold. */
export async function runProgram(words: readonly string[], surroundings: Surroundings): Promise<void> {
  const { write, colours, environment, signal } = surroundings;
  const { help: wantsHelp, vendors, file } = readArguments(words, Object.keys(demonstrations));
  if (wantsHelp) return write(help);
  const report = createReport(write, colours);
  const ready: Ready[] = [];
  const outcomes: Outcome[] = [];
  try {
    // All of them first: what the fourth vendor lacks is said before anything is made at the first.
    for (const vendor of vendors) {
      const one = await demonstrations[vendor]?.({ report, file, environment, signal });
      if (one) ready.push(one);
    }
    for (const { perform } of ready) outcomes.push(await perform());
  } finally {
    for (const { close } of ready) await close();
  }
  if (outcomes.length > 1) summarize(report, outcomes);
}

const columns: readonly [title: string, counted: Counted][] = [
  ["CREATED", "created"],
  ["DELETED", "deleted"],
  ["TOKENS", "tokens"],
  ["ROTATED", "rotated"],
  ["IMPORTED", "imported"],
];

function summarize(report: Report, outcomes: readonly Outcome[]): void {
  report.heading("Side by side");
  report.table(
    [
      { title: "VENDOR", width: 20 },
      ...columns.map(([title]) => ({ title, width: 8 })),
      { title: "BESIDES", width: 14 },
      { title: "CHECKS", width: 6 },
    ],
    outcomes.map(({ title, counts, besides, checks }) => [
      [title],
      ...columns.map(([, counted]) => [String(counts[counted] ?? "–")]),
      besides === "" ? [] : besides.split(", "),
      [String(checks)],
    ]),
  );
  const total = outcomes.reduce((sum, { checks }) => sum + checks, 0);
  report.heading(`All ${total} checks of ${outcomes.length} vendors passed.`);
}
