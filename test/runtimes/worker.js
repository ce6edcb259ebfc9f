// What workerd runs, bundled: web standards only, without Node's.
import { runCases } from "./cases.js";

// biome-ignore lint/style/noDefaultExport: workerd asks for one
export default {
  async test(_, { ORIGIN }) {
    console.log(JSON.stringify(await runCases(ORIGIN)));
  },
};
