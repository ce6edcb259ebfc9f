import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { grant, withServer } from "./recorder.js";

const program = fileURLToPath(new URL("suspended-process.ts", import.meta.url));

test.skipIf(process.platform === "win32")(
  "a process that is suspended during a token request gets tokens after it continues, and opens no circuit",
  async () => {
    let requests = 0;
    let onRequest = () => {};
    const pending = new Promise<void>((resolve) => {
      onRequest = resolve;
    });
    await withServer(
      (_, response) => {
        // The first request gets no response: its process is suspended.
        if (++requests === 1) return onRequest();
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(grant({ access_token: `token-${requests}` })));
      },
      async (origin) => {
        const child = fork(program, [`${origin}/token`], { execArgv: ["--import", "tsx"] });
        onTestFinished(() => void child.kill("SIGKILL"));
        await pending;
        child.kill("SIGSTOP");
        // Longer than the deadline of the request and the tolerance of a second.
        await new Promise((resolve) => setTimeout(resolve, 1_600));
        child.kill("SIGCONT");
        child.send("continue");
        const [report] = await once(child, "message");
        expect(report).toEqual({ before: Array(5).fill("token-2"), after: Array(5).fill("token-2"), circuits: 0 });
      },
    );
  },
);
