export { type SharedStore, type ShareTokensOptions, shareTokens } from "./sharing.js";
