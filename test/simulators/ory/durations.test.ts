import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../../src/simulators/ory/durations.js";

describe("a duration", () => {
  test.each([
    ["720h", "720h0m0s"],
    ["30m", "30m0s"],
    ["1.5h", "1h30m0s"],
    ["1h15m30.918s", "1h15m30.918s"],
    ["100ms", "100ms"],
    ["1500us", "1.5ms"],
    ["7ns", "7ns"],
    ["0s", "0s"],
    ["0", "0s"],
    ["-0", "0s"],
    ["-1h", "-1h0m0s"],
    ["+90s", "1m30s"],
    [".5s", "500ms"],
    ["5.s", "5s"],
    ["-", undefined],
    [".s", undefined],
    ["1s-1s", undefined],
    ["", undefined],
    ["5", undefined],
    ["1h ", undefined],
    ["9999999999h", undefined],
  ])("%j is normalized to %s", (text, written) => {
    const duration = parseDuration(text);
    expect(duration === undefined ? undefined : formatDuration(duration)).toBe(written);
  });
});
