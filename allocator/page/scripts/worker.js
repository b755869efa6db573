// Python beside the page, so that the page never waits for it. Classic worker: under file:// a
// module worker cannot start. Requests are { id, name, args } for functions of desk.py.
"use strict";

if (!Object.hasOwn) { // Chromium before 93
  Object.hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
}
let python = null;

// A script must be a blob made here: under file:// one made by the page is foreign to the worker.
function asScript(bytes) {
  return URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
}

async function start(parts) {
  const held = new Map([
    ["pyodide.asm.wasm", [parts.wasm, "application/wasm"]],
    ["python_stdlib.zip", [parts.python, "application/zip"]],
    ["pyodide-lock.json", [parts.lock, "application/json"]],
  ]);
  // The loader asks for its files; they are answered from memory.
  self.fetch = async (address) => {
    const [body, type] = held.get(String(address).split("/").pop());
    return new Response(body, { headers: { "Content-Type": type } });
  };
  importScripts(asScript(parts.module), asScript(parts.loader));
  python = await loadPyodide({
    indexURL: "http://page.invalid/",
    stdout: () => {},
    stderr: (text) => console.warn(text),
  });
  python.globals.set("tell", (done, left) => self.postMessage({ progress: [done, left] }));
  return python.runPython("from allocator.page import desk; desk.start(tell)");
}

function call(name, args) {
  const desk = python.globals.get("desk");
  const given = args.map((value) => (value instanceof Uint8Array ? python.toPy(value) : value));
  const result = desk[name](...given);
  if (!result || typeof result !== "object") return result;
  const bytes = result.toJs(); // Python bytes
  result.destroy();
  return bytes;
}

self.onmessage = async ({ data: { id, name, args } }) => {
  try {
    const result = name === "start" ? await start(args[0]) : call(name, args);
    const moved = result instanceof Uint8Array ? [result.buffer] : [];
    self.postMessage({ id, result }, moved);
  } catch (error) {
    self.postMessage({ id, error: String((error && error.message) || error) });
  }
};
