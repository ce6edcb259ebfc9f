// Redis runs a script as one step, so what it looks at cannot change before it acts. They use commands of Redis 6 and Valkey 7.2 only.

/** KEYS: entry. Answers what is kept. */
export const readScript = `return redis.call("GET", KEYS[1])`;

/**
 * KEYS: lock, fence. ARGV: owner, lock's lifetime in ms, fence's lifetime in ms. Takes the lock unless somebody has it, and answers
 * the fencing token: a number that only grows. A counter that was lost begins again at the clock's microseconds, which is beyond
 * every number that it has given out.
 */
export const lockScript = `
if not redis.call("SET", KEYS[1], ARGV[1], "NX", "PX", ARGV[2]) then return false end
local fence = redis.call("INCR", KEYS[2])
if fence == 1 then
  local now = redis.call("TIME")
  fence = now[1] * 1000000 + now[2]
  redis.call("SET", KEYS[2], string.format("%.0f", fence))
end
redis.call("PEXPIRE", KEYS[2], ARGV[3])
return string.format("%.0f", fence)`;

/** KEYS: lock. ARGV: owner, lifetime in ms. Answers 1 when the lock was still the owner's and lives on. */
export const extendScript = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("PEXPIRE", KEYS[1], ARGV[2])`;

/** KEYS: a lock, or an entry. ARGV: its value. Deletes it if it still has this value. */
export const compareAndDeleteScript = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("DEL", KEYS[1])`;

/** KEYS: entry, fence. ARGV: fencing token, value, lifetime in ms. Writes unless somebody has taken the lock since. */
export const fencedWriteScript = `
if redis.call("GET", KEYS[2]) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
return 1`;

/** KEYS: entry. ARGV: value, lifetime in ms. Writes where nothing is. */
export const fillScript = `
if redis.call("SET", KEYS[1], ARGV[1], "NX", "PX", ARGV[2]) then return 1 end
return 0`;
