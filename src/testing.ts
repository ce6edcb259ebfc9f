export type * from "./ory/simulator.js";
export { simulateOry } from "./ory/simulator.js";
export type { SimulatorClock } from "./simulation/clock.js";
export type { FailedAnswer, FaultMoment, Faults, FaultTiming } from "./simulation/faults.js";
export type { RecordedRequest } from "./simulation/requests.js";
export type { Listening, ListenOptions, Simulator } from "./simulation/simulator.js";
export type * from "./token/simulator.js";
export { oddAnswers, simulateAuthorizationServer } from "./token/simulator.js";
