import { describe, expect, test } from "vitest";
import { createConnections } from "../../src/node/connections.js";
import { createAuthority } from "./authority.js";

const authority = createAuthority();
const identity = authority.issue({ name: "client" });

describe("createConnections: agents and certificates", () => {
  test("createConnections rejects http with a client certificate", () => {
    expect(() => createConnections(identity).agentFor("http:")).toThrow("url: a client certificate requires https:");
  });

  test("createConnections has one agent per protocol until close", () => {
    const connections = createConnections({});
    const agents = ["http:", "https:"].map((protocol) => connections.agentFor(protocol));
    expect(agents[0]).not.toBe(agents[1]);
    expect(["http:", "https:"].map((protocol) => connections.agentFor(protocol))).toEqual(agents);
    connections.close();
    expect(connections.agentFor("https:")).not.toBe(agents[1]);
  });

  test("rule 30: createConnections has a new agent and thumbprint for a new certificate", async () => {
    let current = identity;
    const connections = createConnections({ cert: () => current.cert, key: () => current.key });
    const [agent, thumbprint] = [await connections.agentFor("https:"), await connections.thumbprint()];
    expect(await connections.agentFor("https:")).toBe(agent);
    current = authority.issue({ name: "client" });
    expect(await connections.thumbprint()).not.toBe(thumbprint);
    expect(await connections.agentFor("https:")).not.toBe(agent);
  });

  test("createConnections has no thumbprint without a certificate", async () => {
    expect(await createConnections({}).thumbprint()).toBeUndefined();
  });
});
