// Runs a cell, given MicroPython: the same in a page's worker and in Node's tests.

const TOGETHER = 256; // bytes that are printed at once, where no line ends before

/**
 * Start an interpreter; resolves to a function that runs one cell, { source, check,
 * words }, and returns what run.py's `run` does.
 * load: MicroPython's loader, with its options. files: { path: Python source }, run.py
 * and what it imports. print(text): gets what is printed, in pieces.
 */
export async function prepare({ load, files, print }) {
  const decoder = new TextDecoder();
  let bytes = [];
  function flush() {
    if (bytes.length)
      print(decoder.decode(new Uint8Array(bytes), { stream: true }));
    bytes = [];
  }
  const python = await load({
    linebuffer: false, // which would keep a last line without an end to itself
    stdout([byte]) {
      bytes.push(byte);
      if (byte === 10 || bytes.length === TOGETHER) flush();
    },
  });
  for (const [path, text] of Object.entries(files)) {
    const folder = path.split("/").slice(0, -1).join("/");
    if (folder && !python.FS.analyzePath(folder).exists)
      python.FS.mkdir(folder);
    python.FS.writeFile(path, text);
  }
  python.runPython("import run");
  return ({ source, check, words = {} }) => {
    python.globals.set("request", JSON.stringify({ source, check, words }));
    python.runPython("answer = run.run(request)");
    flush();
    return JSON.parse(python.globals.get("answer"));
  };
}
