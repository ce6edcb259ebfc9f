import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { content, manifest, repository, root } from "../pages.js";

const source = (path) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));
const entry = (target) => target.default.replace("./dist/", "").replace(/\.js$/, ".ts");

/** The first heading of a page. */
const titleOf = (page) => /^# (.+)$/m.exec(readFileSync(join(content, page), "utf8"))?.[1]?.replaceAll("`", "") ?? page;
const item = (page) => ({ text: titleOf(page), link: `/${page.replace(/(index)?\.md$/, "")}` });

/** The pages of a folder, in the order of the links of its first page. */
function itemsOf(folder) {
  const first = readFileSync(join(content, folder, "index.md"), "utf8");
  const linked = [...first.matchAll(/\]\(([\w/.-]+\.md)\)/g)].map(([, name]) => name);
  const present = readdirSync(join(content, folder), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".md") && name !== "index.md");
  const pages = [...new Set([...linked.filter((name) => present.includes(name)), ...present.sort()])];
  return pages.map((name) => item(`${folder}/${name}`));
}

const project = [
  "conformance.md",
  "glossary.md",
  "changelog.md",
  "security.md",
  "contributing.md",
  "adding-a-vendor.md",
  "code-of-conduct.md",
];
const sidebar = [
  { text: "Start", items: [{ text: "Overview", link: "/" }, item("simulator.md")] },
  { text: "Guides", link: "/guides/", items: itemsOf("guides") },
  { text: "API reference", link: "/reference/", collapsed: true, items: itemsOf("reference") },
  { text: "Project", items: project.map(item) },
  { text: "Decisions", link: "/decisions/", collapsed: true, items: itemsOf("decisions") },
];

export default {
  title: "oauth-clients",
  description: manifest.description,
  lang: "en",
  head: [["link", { rel: "icon", href: "data:," }]],
  base: process.env.DOCS_BASE ?? "/",
  srcDir: ".content",
  cleanUrls: false,
  lastUpdated: false,
  markdown: { lineNumbers: false },
  themeConfig: {
    search: { provider: "local" },
    outline: { level: [2, 3] },
    nav: [
      { text: "Guides", link: "/guides/", activeMatch: "^/guides/" },
      { text: "API", link: "/reference/", activeMatch: "^/reference/" },
      { text: "Simulator", link: "/simulator" },
    ],
    sidebar,
    socialLinks: [{ icon: "github", link: repository }],
  },
  vite: {
    // The simulator page bundles the sources. Their packages are those of the repository.
    resolve: {
      alias: Object.entries(manifest.exports)
        .filter(([, target]) => typeof target === "object")
        .map(([name, target]) => ({
          find: new RegExp(`^${name.replace(/^\./, manifest.name)}$`),
          replacement: source(entry(target)),
        })),
    },
    server: { fs: { allow: [root] } },
    build: { chunkSizeWarningLimit: 2_000 },
  },
};
