// The pages of the site: the Markdown files of the repository. Links to files that are not pages lead to the repository.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

export const site = fileURLToPath(new URL(".", import.meta.url));
export const root = fileURLToPath(new URL("..", import.meta.url));
export const content = join(site, ".content");
export const dist = join(site, ".vitepress", "dist");

/** The package.json of this repository. */
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The address of the repository, for links to files that are not pages. */
export const repository = manifest.repository.url.replace(/^git\+|\.git$/g, "");

const topPages = {
  "README.md": "index.md",
  "CHANGELOG.md": "changelog.md",
  "CONTRIBUTING.md": "contributing.md",
  "SECURITY.md": "security.md",
  "CODE_OF_CONDUCT.md": "code-of-conduct.md",
  "site/simulator.md": "simulator.md",
};

/** The page of each Markdown file, by its path in the repository: `docs/guides/README.md` -> `guides/index.md`. */
export function pageMap() {
  const documents = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".md"));
  return {
    ...topPages,
    ...Object.fromEntries(documents.map((name) => [`docs/${name}`, name.replace(/README\.md$/, "index.md")])),
  };
}

/** Rewrites the relative links of a file for its page. */
export function rewriteLinks(text, file, pages) {
  const page = pages[file];
  return text.replaceAll(/\]\((?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?\)/g, (all, target, anchor = "") => {
    const path = posix.normalize(posix.join(posix.dirname(file), target));
    if (pages[path] !== undefined) return `](${posix.relative(posix.dirname(page), pages[path])}${anchor})`;
    if (path.startsWith("docs/pictures/")) return `](${posix.relative(posix.dirname(page), path.slice("docs/".length))})`;
    return existsSync(join(root, path)) ? `](${repository}/blob/main/${path}${anchor})` : all;
  });
}

/** Writes all pages. */
export function writePages() {
  const pages = pageMap();
  for (const [file, page] of Object.entries(pages)) {
    const target = join(content, page);
    mkdirSync(dirname(target), { recursive: true });
    // The site loads nothing from other hosts: badges are for the repository's page only.
    const text = readFileSync(join(root, file), "utf8").replaceAll(/^!\[[^\]]*\]\(https:.*\n/gm, "");
    writeFileSync(target, rewriteLinks(text, file, pages));
  }
  writeFileSync(join(content, "changelog.md"), changelog());
  cpSync(join(root, "docs", "pictures"), join(content, "pictures"), { recursive: true });
}

/** The changelog, with the changes that are not released yet. */
function changelog() {
  const text = readFileSync(join(root, "CHANGELOG.md"), "utf8").replace(/^# .*\n/, "");
  const folder = join(root, ".changeset");
  const pending = readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => readFileSync(join(folder, name), "utf8").replace(/^---[\s\S]*?---\s*/, ""));
  return `# Changelog\n${pending.length > 0 ? `\n## Not released yet\n\n${pending.join("\n")}` : ""}${text}`;
}
