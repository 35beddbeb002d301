// Modules for a page that may stand on a disk, where no script may import another: the
// parts that build.mjs makes of the bundle are classic scripts, which define() what
// they hold. It is run before all others, and use(name) runs what has come.
(() => {
  const makers = new Map();
  const made = new Map();
  function use(name) {
    if (!made.has(name)) {
      const maker = makers.get(name);
      if (!maker) throw new Error(`${name}.js did not load`);
      const module = {};
      maker(use, module);
      // Plain values: esbuild's getters would be asked anew at each use.
      made.set(name, { ...module.exports });
    }
    return made.get(name);
  }
  const define = (name, maker) => makers.set(name, maker);
  window.zeroMeanUnitVariance = { define, use };
})();
