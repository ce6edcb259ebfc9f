import { readFile } from "node:fs/promises";
import { Complaint } from "./failure.js";

/**
 * Reads a file of clients: a JSON array. What is in it is the manager's affair.
 * @throws {Complaint} the file cannot be read, or is no such array
 */
export async function readClients(path: string): Promise<readonly unknown[]> {
  const clients = parse(path, await read(path));
  if (!Array.isArray(clients)) throw new Complaint(`${path}: expected a JSON array of clients`);
  if (clients.length === 0) throw new Complaint(`${path}: expected at least one client, the array is empty`);
  return clients;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Complaint(`${path}: ${code === "ENOENT" ? "there is no such file" : `cannot be read (${code})`}`);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says may quote the file, and the file may hold secrets.
    throw new Complaint(`${path}: not JSON`);
  }
}
