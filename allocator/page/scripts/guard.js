// ES5 and nothing newer: an engine that cannot run the page must still be able to say so.
(function () {
  var able = false;
  // A module with one function type over externref: valid where reference types are known.
  var probe = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 111, 0];
  try {
    able = typeof WebAssembly === "object" && "DecompressionStream" in window &&
      (!{{reference_types}} || WebAssembly.validate(new Uint8Array(probe)));
  } catch (error) {
    able = false;
  }
  if (!able) {
    window.tooOld = true;
    document.getElementById("too-old").hidden = false;
    document.getElementById("work").hidden = true;
  }
})();
