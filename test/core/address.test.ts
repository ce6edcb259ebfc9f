import { expect, test } from "vitest";
import { normalizeBaseUrl } from "../../src/core/address.js";

test.each([
  ["https://x.test", "https://x.test"],
  ["https://x.test//", "https://x.test"],
  ["https://x.test/a/b/", "https://x.test/a/b"],
  ["  HTTPS://X.test:443/a \n", "https://x.test/a"],
  ["https://x.test/a/../b c", "https://x.test/b%20c"],
])("paths are added to %j as to %s", (url, address) => {
  expect(normalizeBaseUrl(url)).toBe(address);
});
