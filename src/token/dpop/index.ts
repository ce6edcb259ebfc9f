export { dpopFetch } from "./fetch.js";
export { createDpopKey, type DpopKey, type DpopKeyOptions, type DpopRequest } from "./key.js";
export type { DpopResponse } from "./nonces.js";
export { withDpop } from "./request.js";
