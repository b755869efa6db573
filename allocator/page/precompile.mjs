// node precompile.mjs FOLDER SAMPLE OUT: the archive in FOLDER (an npm package of Pyodide) compiled
// by the Python of that package. The seed fixes the order of sets, and so the bytes.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, sample, out] = process.argv.slice(2);
try {
  const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
  const python = await loadPyodide({ indexURL: folder, env: { HOME: "/home", PYTHONHASHSEED: "0" } });
  python.FS.writeFile("/archive.zip", readFileSync(`${folder}/python_stdlib.zip`));
  python.FS.writeFile("/sample.xlsx", readFileSync(sample));
  python.runPython(`
from pathlib import Path
from allocator.page.precompile import precompile
compiled = precompile(Path("/archive.zip").read_bytes(), Path("/sample.xlsx").read_bytes())
Path("/compiled.zip").write_bytes(compiled)
`);
  writeFileSync(out, python.FS.readFile("/compiled.zip"));
} catch (error) {
  console.error(String(error.message || error).trim());
  process.exit(1);
}
