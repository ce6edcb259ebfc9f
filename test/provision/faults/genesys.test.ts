import { testFaults } from "./life.js";

testFaults("genesys");
