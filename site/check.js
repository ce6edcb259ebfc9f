// Checks the built site: every page has a title and one main heading, and every link inside of the site leads to a page and a heading.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { dist } from "./pages.js";

const base = process.env.DOCS_BASE ?? "/";

/** One line for each problem of the pages in a folder. */
export function checkPages(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const files = new Set(names);
  const pages = Object.fromEntries(
    names.filter((name) => name.endsWith(".html")).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
  const ids = Object.fromEntries(Object.entries(pages).map(([name, html]) => [name, idsOf(html)]));
  return Object.entries(pages)
    .filter(([name]) => name !== "404.html")
    .flatMap(([name, html]) => [...headingProblems(name, html), ...linkProblems(name, html, files, ids)]);
}

function headingProblems(name, html) {
  const title = /<title>([^<]*)<\/title>/.exec(html)?.[1]?.trim();
  const headings = html.match(/<h1[\s>]/g)?.length ?? 0;
  return [
    ...(title ? [] : [`${name}: no title`]),
    ...(headings === 1 ? [] : [`${name}: ${headings} main headings, expected one`]),
  ];
}

const idsOf = (html) => new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));

function linkProblems(name, html, files, ids) {
  const links = [...html.matchAll(/<(?:a|img)\s[^>]*?(?:href|src)="([^"]+)"/g)].map(([, link]) =>
    link.replaceAll("&amp;", "&"),
  );
  return [...new Set(links)]
    .filter((link) => !/^[a-z]+:/.test(link))
    .flatMap((link) => {
      const [path = "", anchor = ""] = link.split("#");
      const target = path === "" ? name : resolve(name, decodeURIComponent(path));
      if (!files.has(target)) return [`${name}: ${link} leads to no page`];
      const id = decodeURIComponent(anchor);
      return id === "" || !(target in ids) || ids[target].has(id) ? [] : [`${name}: ${link} leads to no heading`];
    });
}

function resolve(name, path) {
  const absolute = path.startsWith(base) ? path.slice(base.length) : posix.join(posix.dirname(name), path);
  return absolute === "" || absolute.endsWith("/") ? `${absolute}index.html` : absolute;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const problems = checkPages(dist);
  for (const problem of problems) console.error(`FAILED: ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
