import { describe, expect, test } from "vitest";
import { runCli } from "./terminal.js";

describe("simulate", () => {
  test("writes the variables and the accounts of all vendors as JSON until a signal ends it", async () => {
    const running = runCli(["simulate", "--json"]);
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (process.listenerCount("SIGTERM") === 0) return;
        clearInterval(timer);
        resolve();
      }, 20);
    });
    process.emit("SIGTERM");
    const { code, stdout, stderr } = await running;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "The simulators are running. Press Ctrl-C to stop them.\n" });
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      format: "oauth-clients/simulate/1",
      accounts: { genesys: "00000000-0000-4000-8000-000000000001", tfe: "acme" },
    });
    expect(document.accounts.ory).toBe(document.env.ORY_ADMIN_URL);
    expect(document.accounts.ovh).toBe(`${new URL(document.env.OVH_ENDPOINT).host}/zz99999-ovh`);
    expect(process.listenerCount("SIGTERM")).toBe(0);
  });

  test("runs a command, forwards its exit code, and frees the ports", async () => {
    const run = await runCli(["simulate", "tfe", "--command", 'test -n "$TFE_TOKEN" && exit 3'], { env: process.env });
    expect(run).toEqual({ code: 3, stdout: "", stderr: '# accounts: {"tfe":"acme"}\n' });
  });

  test("names the option when a port is in use", async () => {
    const { createServer } = await import("node:http");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const { code, stderr } = await runCli(["simulate", "ory", "--port", String(port)]);
    server.close();
    expect({ code, stderr }).toEqual({ code: 64, stderr: "--port: the port is in use. Choose another one.\n" });
  });
});
