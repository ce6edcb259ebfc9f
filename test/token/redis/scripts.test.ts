import { describe, expect, test } from "vitest";
import * as scripts from "../../../src/token/redis/scripts.js";

// What they do is shown against a server, in test/redis. Here: what they may use.
describe("each script", () => {
  const all = Object.entries(scripts);
  const known = ["GET", "SET", "INCR", "TIME", "PEXPIRE", "DEL"];

  test.each(all)("uses commands that Redis 6 and Valkey have: %s", (_, script) => {
    const commands = [...script.matchAll(/redis\.call\("(\w+)"/g)].map(([, command]) => command);
    expect(commands).not.toHaveLength(0);
    expect(known).toEqual(expect.arrayContaining(commands));
    expect(script.match(/redis\.call\(/g)).toHaveLength(commands.length);
  });

  test.each(all)("names every key that it touches, as a cluster needs: %s", (_, script) => {
    for (const [, first] of script.matchAll(/redis\.call\("(?!TIME)\w+", ([^,)]+)/g)) expect(first).toMatch(/^KEYS\[[12]\]$/);
  });
});
