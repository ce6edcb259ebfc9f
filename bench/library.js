// The library as it is published: the packed tarball, installed in an empty project once a run.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { consumer } from "../scripts/check/package.js";

if (!process.env.CHECK_CONSUMER) process.env.CHECK_CONSUMER = consumer();

/** The empty project. */
export const folder = process.env.CHECK_CONSUMER;

/** The file of an entry point: `token`, `node`. */
export const fileOf = (entry) => join(folder, "node_modules/oauth-clients/dist", entry, "index.js");

/** Loads an entry point. */
export const load = (entry) => import(pathToFileURL(fileOf(entry)).href);
