export { type SharedStore, type ShareTokensOptions, shareTokens } from "./shared.js";
