export type {
  AuthorizationServerSimulatedClient,
  AuthorizationServerSimulator,
  AuthorizationServerSimulatorOptions,
  MalformedTokenResponse,
} from "./simulators/authorization-server/simulator.js";
export { malformedTokenResponses, simulateAuthorizationServer } from "./simulators/authorization-server/simulator.js";
export type { FailedResponse, FaultOptions, Faults, FaultTiming } from "./simulators/core/faults.js";
export type { RecordedRequest } from "./simulators/core/request-log.js";
export type { ListenOptions, Simulator, SimulatorServer } from "./simulators/core/simulator.js";
export type { GenesysSimulatedClient, GenesysSimulator, GenesysSimulatorOptions } from "./simulators/genesys/simulator.js";
export { simulateGenesys } from "./simulators/genesys/simulator.js";
export type { OrySimulatedClient, OrySimulator, OrySimulatorOptions } from "./simulators/ory/simulator.js";
export { simulateOry } from "./simulators/ory/simulator.js";
export type { OvhSimulatedClient, OvhSimulator, OvhSimulatorOptions } from "./simulators/ovh/simulator.js";
export { simulateOvh } from "./simulators/ovh/simulator.js";
export type { TfeSimulatedClient, TfeSimulator, TfeSimulatorOptions } from "./simulators/tfe/simulator.js";
export { simulateTfe } from "./simulators/tfe/simulator.js";
