export type * from "./ory/simulator.js";
export { simulateOry } from "./ory/simulator.js";
export type { SimulatorClock } from "./simulation/clock.js";
export type { FailedAnswer, FaultMoment, Faults, FaultTiming } from "./simulation/faults.js";
export type { RecordedRequest } from "./simulation/requests.js";
export type { Listening, ListenOptions, Simulator } from "./simulation/simulator.js";
export type * from "./tfe/simulator.js";
export { simulateTfe } from "./tfe/simulator.js";
