import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { simulateOry } from "../../src/simulators/ory/simulator.js";
import { buildCli } from "../cli/build.js";
import { run } from "./program.js";

let cli: Awaited<ReturnType<typeof buildCli>>;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.remove());

const demo = (words: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) =>
  run(["scripts/demo.js", ...words], { environment: { OAUTH_CLIENTS_CLI: cli.path, ...environment } });

describe("npm run demo", () => {
  test.each([["acme"], ["--real"], ["--real", "acme"]])("rejects the arguments %s %s", async (...words) => {
    const { code, output, errors } = await demo(words.filter((word) => word !== undefined));
    expect({ code, output }).toEqual({ code: 64, output: "" });
    expect(errors).toContain("Usage: npm run demo");
  });

  test("runs every command on simulators, checks the results, and shows no secret", async () => {
    // Variables that are left over must not lead to a real account.
    const { code, output, errors } = await demo([], {
      ORY_ADMIN_URL: "http://127.0.0.1:1",
      TFE_TOKEN: "left-over",
      OVH_CLIENT_ID: "left-over",
      GENESYSCLOUD_ACCESS_TOKEN: "left-over",
    });
    expect({ code, errors: errors.replace(/^ {2}✓ .*\n/gm, "") }).toEqual({ code: 0, errors: "" });
    expect(output).toMatch(/\nAll 28 checks passed in [\d.]+ s\.\n$/);
    expect(output.match(/^✓ /gm)).toHaveLength(28);
    const commands = output.match(/^\$ oauth-clients (\w+)/gm)?.map((line) => line.slice("$ oauth-clients ".length));
    expect([...new Set(commands)].sort()).toEqual(
      ["simulate", "check", "plan", "apply", "output", "rotate", "token", "list", "destroy"].sort(),
    );
    expect(output).toContain("403: the policy does not allow account:apiovh:me/api/oauth2/client/get");
    expect(output).toContain("$ oauth-clients list --json\n(output not shown)\n");
    expect(output).not.toContain("left-over");
    expect(output).not.toMatch(/^CLIENT_SECRET=|ory_at_|invented-github-token/m);
    // Where there is no terminal there are no colours.
    expect(output).not.toContain("\u001b");
  });

  test("runs on a Hydra without secret rotation, which refuses the rotation", async () => {
    const { urls, close } = await simulateOry({ version: "26.2" }).listen();
    const environment = { ORY_ADMIN_URL: urls.admin, ORY_PUBLIC_URL: urls.public };
    const { code, output } = await demo(["--real", "ory"], environment).finally(close);
    expect(code).toBe(0);
    expect(output).toContain("✓ exit code 1: nothing has changed, the secret still gets a token");
    expect(output).toMatch(/\nAll 18 checks passed in [\d.]+ s\.\n$/);
  });
});
