// Redis runs a script atomically: no other command runs between its commands. All commands exist in Redis 6 and Valkey 7.2.

/** KEYS: entry. Returns the stored value. */
export const readScript = `return redis.call("GET", KEYS[1])`;

/**
 * KEYS: lock, fence. ARGV: owner, lifetime of the lock in ms, lifetime of the fence in ms. Takes the lock unless another owner has it.
 * Returns the fencing token: a number that only grows. A lost counter starts again at the server's time in microseconds, which is
 * greater than every earlier number.
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

/** KEYS: lock. ARGV: owner, lifetime in ms. Returns 1 when the owner still had the lock and it is extended. */
export const extendScript = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("PEXPIRE", KEYS[1], ARGV[2])`;

/** KEYS: a lock or an entry. ARGV: its value. Deletes the key if it still has this value. */
export const compareAndDeleteScript = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("DEL", KEYS[1])`;

/** KEYS: entry, fence. ARGV: fencing token, value, lifetime in ms. Writes unless the lock has been taken again since. */
export const fencedWriteScript = `
if redis.call("GET", KEYS[2]) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
return 1`;

/** KEYS: entry. ARGV: value, lifetime in ms. Writes if the entry does not exist. */
export const fillScript = `
if redis.call("SET", KEYS[1], ARGV[1], "NX", "PX", ARGV[2]) then return 1 end
return 0`;
