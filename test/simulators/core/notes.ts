import { createSimulator, extendSimulator } from "../../../src/simulators/core/simulator.js";

export const notesUrl = "https://notes.test";

/** An invented API, for tests of the code that all simulators share. */
export function createNotes({ url = notesUrl } = {}) {
  const notes: string[] = [];
  const json = (status: number, body: unknown) => Response.json(body, { status });
  const simulator = createSimulator({
    name: "notes",
    baseUrls: { api: url, other: "https://other.notes.test" },
    operations: {
      listNotes: { method: "GET", path: "/notes", origins: ["api"], respond: () => json(200, notes) },
      addNote: {
        method: "POST",
        path: "/notes",
        origins: ["api"],
        respond: ({ text }) => {
          notes.push(text);
          return json(201, { id: notes.length });
        },
      },
      getNote: {
        method: "GET",
        path: "/notes/{id}",
        origins: ["api"],
        respond: ({ parameters }) => json(200, { id: parameters.id }),
      },
      getNewest: { method: "GET", path: "/notes/newest", origins: ["api"], respond: () => json(200, { newest: true }) },
      clear: { method: "PUT", path: "/nothing", origins: ["api"], respond: () => new Response(null, { status: 204 }) },
      whereAmI: { method: "GET", path: "/where", origins: ["other"], respond: ({ baseUrls }) => json(200, baseUrls) },
      endless: {
        method: "GET",
        path: "/endless",
        origins: ["api"],
        respond: () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) })),
      },
    },
    unmatched: (_call, allowed) => new Response(null, { status: allowed.length > 0 ? 405 : 404 }),
    secretNames: { headers: ["X-Notes-Key"], members: ["noteKey"] },
  });
  return extendSimulator(simulator, { notes });
}
