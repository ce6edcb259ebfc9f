import { describe, expect, test } from "vitest";
import * as scripts from "../../../src/token/redis/scripts.js";

// The tests in test/redis run the scripts on real servers. These tests check only which commands and keys the scripts use.
describe("Redis scripts: commands and keys", () => {
  const all = Object.entries(scripts);
  const allowed = ["GET", "SET", "INCR", "TIME", "PEXPIRE", "DEL"];

  test.each(all)("the script %s uses only commands of Redis 6 and Valkey", (_, script) => {
    const commands = [...script.matchAll(/redis\.call\("(\w+)"/g)].map(([, command]) => command);
    expect(commands).not.toHaveLength(0);
    expect(allowed).toEqual(expect.arrayContaining(commands));
    expect(script.match(/redis\.call\(/g)).toHaveLength(commands.length);
  });

  test.each(all)("the script %s declares every key that it uses, as a cluster requires", (_, script) => {
    for (const [, first] of script.matchAll(/redis\.call\("(?!TIME)\w+", ([^,)]+)/g)) expect(first).toMatch(/^KEYS\[[12]\]$/);
  });
});
