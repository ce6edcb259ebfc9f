/** The variables that lead to a real server, the same ones that the demo reads. */
export const variables = ["ORY_ADMIN_URL", "ORY_PUBLIC_URL", "ORY_PROJECT_SLUG", "ORY_PROJECT_API_KEY"] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the environment names a real server. */
export function isLive(environment: Environment): boolean {
  return variables.some((name) => environment[name]?.trim());
}

/** The hosts that tests under `test/live/` may reach: the ones that the environment names, and no other. */
export function liveHosts(environment: Environment): string[] {
  const read = (name: (typeof variables)[number]) => environment[name]?.trim() ?? "";
  const addresses = [read("ORY_ADMIN_URL"), read("ORY_PUBLIC_URL")].filter((address) => URL.canParse(address));
  const slug = read("ORY_PROJECT_SLUG");
  return [
    ...addresses.map((address) => new URL(address).hostname),
    ...(slug === "" ? [] : [`${slug.toLowerCase()}.projects.oryapis.com`]),
  ];
}
