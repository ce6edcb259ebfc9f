// What workerd runs, bundled: web standards only, without Node's.
import { runCases } from "./cases.js";
import { requestCases } from "./worker-cases.js";

const { handle, play } = requestCases();

// biome-ignore lint/style/noDefaultExport: workerd asks for one
export default {
  // One invocation for each request: what a request started ends with it.
  fetch: (request, { ORIGIN }, context) => handle(new URL(request.url).pathname.slice(1), ORIGIN, context),

  async test(_, { ORIGIN, SELF }) {
    const results = [await runCases(ORIGIN), await play((name) => SELF.fetch(`http://self/${name}`))];
    const passed = results.reduce((sum, result) => sum + result.passed, 0);
    console.log(JSON.stringify({ passed, failures: results.flatMap(({ failures }) => failures) }));
  },
};
