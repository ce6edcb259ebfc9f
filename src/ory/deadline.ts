export { startDeadline } from "../core/deadline.js";
