const open = new Set<() => unknown>();

/** Registers a connection that would keep the process running. */
export function closeAtEnd(close: () => unknown): void {
  open.add(close);
}

/** Closes all registered connections. */
export async function closeConnections(): Promise<void> {
  const all = [...open];
  open.clear();
  await Promise.allSettled(all.map(async (close) => close()));
}
