// A process that increments a document. Arguments: the path of the file, and how often.
import { VersionConflictError } from "../../../src/provision/errors.js";
import { fileDocuments } from "../../../src/provision/stores/file-documents.js";

const [path = "", rounds] = process.argv.slice(2);
const document = fileDocuments(path).document("count");
for (let done = 0; done < Number(rounds); ) {
  const found = await document.read();
  try {
    await document.write({ count: Number(found?.document.count ?? 0) + 1 }, found?.version);
    done++;
    if (done === 1) process.send?.("begun");
  } catch (error) {
    if (!(error instanceof VersionConflictError)) throw error;
  }
}
process.disconnect?.();
