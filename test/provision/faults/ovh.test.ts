import { testFaults } from "./life.js";

testFaults("ovh");
