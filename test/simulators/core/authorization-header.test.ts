import { expect, test } from "vitest";
import { readBasic, readBearer } from "../../../src/simulators/core/authorization-header.js";

const header = (pair: string) => `Basic ${Buffer.from(pair, "utf8").toString("base64")}`;

test.each([null, "", "Basic", "Basic ", "Bearer eA==", "Basic %%%", "Basic a b", header("no colon")])(
  "readBasic returns undefined for %j",
  (authorization) => {
    expect(readBasic(authorization)).toBeUndefined();
  },
);

test.each([
  ["id:secret", "id", "secret"],
  [":", "", ""],
  ["a:b:c", "a", "b:c"],
  ["a%20b+c:ü€", "a%20b+c", "ü€"],
])("readBasic returns for %s the id %j and the secret %j without decoding", (pair, id, secret) => {
  expect(readBasic(header(pair))).toEqual({ id, secret });
  expect(readBasic(header(pair).replace("Basic ", "bASIC  "))).toEqual({ id, secret });
});

test.each([null, "", "Bearer", "Bearer ", "Basic eA==", "Bearer a b"])(
  "readBearer returns undefined for %j",
  (authorization) => {
    expect(readBearer(authorization)).toBeUndefined();
  },
);

test.each(["Bearer t0k.en~", "bEARER  t0k.en~"])("readBearer returns the token of %j", (authorization) => {
  expect(readBearer(authorization)).toBe("t0k.en~");
});
