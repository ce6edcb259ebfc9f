import { expect, test } from "vitest";
import { readBasic } from "../../../src/simulators/core/basic-authentication.js";

const header = (pair: string) => `Basic ${Buffer.from(pair, "utf8").toString("base64")}`;

test.each([null, "", "Basic", "Basic ", "Bearer eA==", "Basic %%%", "Basic a b", header("no colon")])(
  "%j has no id and secret",
  (authorization) => {
    expect(readBasic(authorization)).toBeUndefined();
  },
);

test.each([
  ["id:secret", "id", "secret"],
  [":", "", ""],
  ["a:b:c", "a", "b:c"],
  ["a%20b+c:ü€", "a%20b+c", "ü€"],
])("%s has the id %j and the secret %j, as they are", (pair, id, secret) => {
  expect(readBasic(header(pair))).toEqual({ id, secret });
  expect(readBasic(header(pair).replace("Basic ", "bASIC  "))).toEqual({ id, secret });
});
