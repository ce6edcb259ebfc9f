import { testFaults } from "./life.js";

testFaults("ory");
