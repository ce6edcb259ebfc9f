// Opens the built site in a headless Chromium, follows the navigation, searches, uses the simulator page, and takes screenshots at 375 and
// 1280 pixels, light and dark, in site/screenshots: `npm run docs:browser`. CHROMIUM is the path of the browser.
import "../scripts/engines.js";
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { launch } from "puppeteer-core";
import { dist, site } from "./pages.js";

const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.CHROMIUM ?? browsers.find((path) => existsSync(path));
assert.ok(executablePath, `No browser found: set CHROMIUM, or install one of ${browsers.join(", ")}`);

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
  const name = decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
  const content = await readFile(join(dist, name)).catch(() => undefined);
  response.writeHead(content ? 200 : 404, { "content-type": types[extname(name)] ?? "application/octet-stream" }).end(content);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

// The sandbox needs rights that containers do not have. The browser opens these pages only.
const browser = await launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
page.setDefaultTimeout(20_000);
const problems = [];
page.on("pageerror", (error) => problems.push(`${page.url()}: ${error.message}`));
page.on("request", (request) => {
  if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url())) problems.push(`request to ${request.url()}`);
});
page.on("response", (response) => {
  if (response.status() >= 400) problems.push(`${response.url()}: ${response.status()}`);
});

const heading = () => page.$eval("h1", (element) => element.firstChild?.textContent?.trim());

async function followNavigation() {
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(`${origin}/`, { waitUntil: "networkidle0" });
  for (const [text, expected] of [
    ["Guides", "Guides"],
    ["API", "API reference"],
    ["Simulator", "Try the Ory simulator"],
  ]) {
    await page.locator(`::-p-xpath(//nav//a[normalize-space(.)="${text}"])`).click();
    await page.waitForFunction((title) => document.querySelector("h1")?.textContent?.startsWith(title), {}, expected);
  }
  await page.locator('::-p-xpath(//aside//a[normalize-space(.)="Errors"])').click();
  await page.waitForFunction(() => location.pathname.endsWith("/guides/errors.html"));
  assert.equal(await heading(), "Errors");
}

async function search() {
  await page.keyboard.down("Control");
  await page.keyboard.press("k");
  await page.keyboard.up("Control");
  await page.locator(".VPLocalSearchBox input").fill("unknown outcome");
  await page.waitForSelector(".VPLocalSearchBox .results .result");
  const results = await page.$$eval(".VPLocalSearchBox .result", (elements) =>
    elements.map(({ textContent }) => textContent ?? ""),
  );
  assert.ok(
    results.some((text) => /errors/i.test(text)),
    `search results: ${results.join(", ")}`,
  );
  await page.keyboard.press("Escape");
}

async function useSimulator() {
  await page.goto(`${origin}/simulator.html`, { waitUntil: "networkidle0" });
  await page.waitForSelector('.simulator[data-ready="true"]');
  const steps = [
    ["create", /created client/],
    ["token", /for read, valid until/],
    ["rotate", /still-valid/],
    ["lose", /although the response was lost/],
    ["fail", /PermissionDeniedError/],
  ];
  for (const [index, [step, expected]] of steps.entries()) {
    await page.click(`[data-step="${step}"]`);
    await page.waitForFunction((count) => document.querySelectorAll(".results li").length === count, {}, index + 1);
    assert.match(await page.$eval(".results li", ({ textContent }) => textContent ?? ""), expected);
  }
  assert.equal(await page.$eval(".simulator .clients", ({ textContent }) => textContent), "2");
}

async function takeScreenshots() {
  const folder = join(site, "screenshots");
  mkdirSync(folder, { recursive: true });
  for (const width of [375, 1280])
    for (const scheme of ["light", "dark"]) {
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      for (const name of ["index", "simulator", "guides/rotation", "guides/tokens", "reference/ory"]) {
        await page.goto(`${origin}/${name}.html`, { waitUntil: "networkidle0" });
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (excess > 0) problems.push(`${name} at ${width} pixels is ${excess} pixels too wide`);
        await page.screenshot({ path: join(folder, `${name.replace("/", "-")}-${width}-${scheme}.png`) });
      }
    }
}

try {
  await followNavigation();
  await search();
  await useSimulator();
  await takeScreenshots();
} catch (error) {
  problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  await browser.close();
  server.close();
}
for (const problem of problems) console.error(`FAILED: ${problem}`);
console.log(`navigation, search, simulator and screenshots: ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
