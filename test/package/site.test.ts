import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readTree, root } from "./tree.js";

const { checkPages } = (await import(`${root}site/check.js`)) as { readonly checkPages: (folder: string) => string[] };
const { pageMap, rewriteLinks } = (await import(`${root}site/pages.js`)) as {
  readonly pageMap: () => Readonly<Record<string, string>>;
  readonly rewriteLinks: (text: string, file: string, pages: Readonly<Record<string, string>>) => string;
};

interface Session {
  readonly create: () => Promise<string>;
  readonly token: () => Promise<string>;
  readonly rotate: () => Promise<string>;
  readonly lose: () => Promise<string>;
  readonly fail: () => Promise<string>;
  readonly requests: () => readonly { readonly operationId?: string; readonly status?: number }[];
  readonly clients: () => number;
}
const { createSession } = (await import(`${root}site/.vitepress/theme/simulator.js`)) as {
  readonly createSession: () => Session;
};

describe("the check of the site", () => {
  test.each([
    ["a page without a title", "<h1>a</h1>", "index.html: no title"],
    ["a page without a main heading", "<title>a</title>", "index.html: 0 main headings, expected one"],
    [
      "a link to a page that does not exist",
      '<title>a</title><h1>a</h1><a href="/b.html">b</a>',
      "index.html: /b.html leads to no page",
    ],
    ["a link to a missing heading", '<title>a</title><h1>a</h1><a href="#b">b</a>', "index.html: #b leads to no heading"],
    ["an image that does not exist", '<title>a</title><h1>a</h1><img src="a.svg">', "index.html: a.svg leads to no page"],
  ])("finds %s", (_, html, problem) => {
    const folder = mkdtempSync(join(tmpdir(), "site-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "index.html"), html);
    expect(checkPages(folder)).toEqual([problem]);
  });

  test("accepts links to other pages, headings and hosts", () => {
    const folder = mkdtempSync(join(tmpdir(), "site-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const links = '<a href="/">1</a><a href="/index.html#top">2</a><a href="#top">3</a><a href="https://example.com">4</a>';
    writeFileSync(join(folder, "index.html"), `<title>a</title><h1 id="top">a</h1>${links}`);
    expect(checkPages(folder)).toEqual([]);
  });
});

describe("the pages of the site", () => {
  test("are all documents of the repository", () => {
    const documents = [...Object.keys(readTree("docs", ".md")), "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
    expect(Object.keys(pageMap())).toEqual(expect.arrayContaining(documents));
  });

  test("link to pages by their place on the site, and to other files in the repository", () => {
    const text = "[a](../decisions/README.md#b) [b](../../examples/ory/provision.ts) [c](#d) [e](https://example.com)";
    expect(rewriteLinks(text, "docs/guides/ory.md", pageMap())).toMatch(
      /^\[a\]\(\.\.\/decisions\/index\.md#b\) \[b\]\(https:\/\/[^)]+\/blob\/main\/examples\/ory\/provision\.ts\) \[c\]\(#d\) \[e\]\(https:\/\/example\.com\)$/,
    );
  });
});

describe("the simulator page", () => {
  test("shows the error of a step without a client, and of an injected failure", async () => {
    const session = createSession();
    await expect(session.token()).rejects.toThrow("Create a client first.");
    await expect(session.fail()).rejects.toThrow(/403/);
    expect(session.clients()).toBe(0);
  });

  test("creates a client, requests a token, rotates the secret and creates a client whose response is lost", async () => {
    const session = createSession();
    await expect(session.create()).resolves.toMatch(/^created client [\w-]+$/);
    await expect(session.token()).resolves.toMatch(/^token .+ for read, valid until/);
    await expect(session.rotate()).resolves.toMatch(/the old secret: still-valid$/);
    await expect(session.lose()).resolves.toMatch(/although the response was lost$/);
    expect(session.clients()).toBe(2);
    expect(session.requests().map(({ operationId, status }) => [operationId, status])).toEqual([
      ["createOAuth2Client", 201],
      ["oauth2TokenExchange", 200],
      ["rotateOAuth2ClientSecret", 200],
      ["createOAuth2Client", undefined],
      ["getOAuth2Client", 200],
    ]);
  });
});
