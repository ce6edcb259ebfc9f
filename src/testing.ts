export type * from "./simulators/authorization-server/simulator.js";
export { malformedTokenResponses, simulateAuthorizationServer } from "./simulators/authorization-server/simulator.js";
export type { SimulatorClock } from "./simulators/core/clock.js";
export type {
  FailedResponse,
  FaultOptions as FaultTiming,
  Faults,
  FaultTiming as FaultMoment,
} from "./simulators/core/faults.js";
export type { RecordedRequest } from "./simulators/core/requests.js";
export type { ListenOptions, Simulator, SimulatorServer } from "./simulators/core/simulator.js";
export type * from "./simulators/genesys/simulator.js";
export { simulateGenesys } from "./simulators/genesys/simulator.js";
export type * from "./simulators/ory/simulator.js";
export { simulateOry } from "./simulators/ory/simulator.js";
export type * from "./simulators/ovh/simulator.js";
export { simulateOvh } from "./simulators/ovh/simulator.js";
export type * from "./simulators/tfe/simulator.js";
export { simulateTfe } from "./simulators/tfe/simulator.js";
