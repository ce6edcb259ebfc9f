import { testFaults } from "./life.js";

testFaults("tfe");
