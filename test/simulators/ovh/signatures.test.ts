import { describe, expect, test } from "vitest";
import { sign } from "../../../src/simulators/ovh/signatures.js";

const url = "https://eu.api.ovh.com/1.0/me/api/oauth2/client";
const content = '{"callbackUrls":[],"description":"demo","flow":"CLIENT_CREDENTIALS","name":"demo"}';
const policies =
  "https://eu.api.ovh.com/v2/iam/policy?identity=urn%3Av1%3Aeu%3Aidentity%3Acredential%3Axx00000-ovh%2Foauth2-EU.00000000000000aa";
const signature = (method: string, address: string, text: string) =>
  sign({
    applicationSecret: "app-secret-0001",
    consumerKey: "consumer-key-0001",
    method,
    address,
    content: new TextEncoder().encode(text),
    timestamp: "1700000000",
  });

describe("sign", () => {
  test.each([
    ["GET", url, "", "$1$ac5a27ab22434c391b02eebc6c3413bcc212eafe"],
    ["POST", url, content, "$1$b6372d67b26ead215f15cdc6e06e45d955e423b8"],
    ["GET", policies, "", "$1$e642cc702ebc9179787f32f7e7d065e6d1d3dea8"],
  ])("creates the expected signature of %s %s", async (method, address, text, expected) => {
    expect(await signature(method, address, text)).toBe(expected);
  });

  test("writes the method in upper case", async () => {
    expect(await signature("get", url, "")).toBe(await signature("GET", url, ""));
  });
});
