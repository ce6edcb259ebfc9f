import { escapeText, picture } from "./svg.js";

/** The numbers of each candidate, by the title of the comparison: `bench/results.json`. */
export interface BenchmarkResults {
  readonly machine: string;
  readonly comparisons: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const [left, width, barHeight] = [320, 480, 22];

/** Draws a group of bars for each comparison. Each group has its own scale. */
export function drawBenchmark({ machine, comparisons }: BenchmarkResults): string {
  const content: string[] = [`<text class="start small" x="16" y="22">${escapeText(machine)}</text>`];
  let y = 54;
  for (const [title, values] of Object.entries(comparisons)) {
    content.push(`<text class="start" x="16" y="${y}">${escapeText(title)}</text>`);
    y += 24;
    const largest = Math.max(...Object.values(values), 1);
    for (const [name, value] of Object.entries(values)) {
      const length = Math.round((value / largest) * width);
      const kind = name.startsWith("oauth-clients") ? "served" : "peer";
      content.push(
        `<text class="start small" x="32" y="${y + barHeight / 2}">${escapeText(name)}</text>`,
        `<rect class="${kind}" x="${left}" y="${y + 3}" width="${length}" height="${barHeight - 6}"/>`,
        `<text class="start small" x="${left + length + 6}" y="${y + barHeight / 2}">${value.toLocaleString("en")}</text>`,
      );
      y += barHeight;
    }
    y += 26;
  }
  return picture("Benchmark", 900, y, content);
}

/** The rows of the table in README.md: this library, then its peers. An empty cell was not measured. */
export function benchmarkRows({ comparisons }: BenchmarkResults): string[][] {
  const find = (words: string, name: string) => {
    const values = Object.entries(comparisons).find(([title]) => title.includes(words))?.[1] ?? {};
    return values[name];
  };
  const peers = ["@badgateway/oauth2-client", "auth0 4", "oauth4webapi", "openid-client", "simple-oauth2"];
  return ["oauth-clients", ...peers].map((name) => {
    const size = find("bytes", `${name} with its cache`) ?? find("bytes", name) ?? 0;
    const isOurs = name === "oauth-clients";
    const rate = find("tokens per second", isOurs ? `${name} with nodeFetch` : name);
    return [
      isOurs ? "`oauth-clients/token`" : `\`${name.replace(" 4", "")}\``,
      `${(size / 1_024).toFixed(1)} kB`,
      find("callers that wait", name)?.toLocaleString("en") ?? "no cache",
      rate?.toLocaleString("en") ?? "",
    ];
  });
}
