export { type AuthorizedFetchOptions, authorizedFetch } from "./authorized.js";
