import { describe, expect, test } from "vitest";
import { createConnections } from "../../src/node/connections.js";
import { createAuthority } from "./authority.js";

const authority = createAuthority();
const identity = authority.issue({ name: "client" });

describe("createConnections", () => {
  test("has no connection without TLS for who shows a certificate", () => {
    expect(() => createConnections(identity).agentFor("http:")).toThrow("url: a client certificate requires https:");
  });

  test("has one agent for each protocol until it is closed", () => {
    const connections = createConnections({});
    const agents = ["http:", "https:"].map((protocol) => connections.agentFor(protocol));
    expect(agents[0]).not.toBe(agents[1]);
    expect(["http:", "https:"].map((protocol) => connections.agentFor(protocol))).toEqual(agents);
    connections.close();
    expect(connections.agentFor("https:")).not.toBe(agents[1]);
  });

  test("rule 30: has another agent and thumbprint for another certificate", async () => {
    let current = identity;
    const connections = createConnections({ cert: () => current.cert, key: () => current.key });
    const [agent, thumbprint] = [await connections.agentFor("https:"), await connections.thumbprint()];
    expect(await connections.agentFor("https:")).toBe(agent);
    current = authority.issue({ name: "client" });
    expect(await connections.thumbprint()).not.toBe(thumbprint);
    expect(await connections.agentFor("https:")).not.toBe(agent);
  });

  test("has no thumbprint without a certificate", async () => {
    expect(await createConnections({}).thumbprint()).toBeUndefined();
  });
});
