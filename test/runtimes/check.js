// What the cases are checked with, and what plays them, in words that every runtime knows.

export function equal(actual, expected) {
  const [one, other] = [actual, expected].map((value) => JSON.stringify(value));
  if (one !== other) throw new Error(`expected ${other}, got ${one}`);
}

export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("expected a rejection");
}

/** Runs every case, one after another, each with a path of its own below the address, and resolves to what failed. */
export async function playAll(cases, address) {
  const failures = [];
  let passed = 0;
  for (const [index, [name, play]] of Object.entries(cases).entries()) {
    try {
      await play(`${address}/${index}`);
      passed += 1;
    } catch (error) {
      failures.push(`${name}: ${error?.stack ?? error}`);
    }
  }
  return { passed, failures };
}
