// Random operations on one figure of a page, from a seed: what a careless reader, a
// browser and a kernel could do, thousands of times, without a debugger between them.
(() => {
  const POINTER = 77; // an id that no real pointer has
  let captured;
  const own = Element.prototype;
  own.setPointerCapture = function (id) {
    if (id === POINTER) captured = this;
  };
  own.hasPointerCapture = function (id) {
    return id === POINTER && captured === this;
  };

  /** Numbers from 0 to 1, the same for a seed (mulberry32). */
  function generator(seed) {
    let a = seed;
    return () => {
      a = (a + 0x6d2b79f5) | 0;
      let t = Math.imul(a ^ (a >>> 15), 1 | a);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }
  const frame = () => new Promise((go) => requestAnimationFrame(go));
  const KEYS = [
    ...["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Home", "End"],
    ...["PageUp", "PageDown", "Enter", " ", "Escape", "Tab", "a", "Delete"],
  ];
  const TYPED = [
    "1/8",
    "0.5",
    "-3",
    "1e30",
    "1e400",
    "nan",
    "",
    "-",
    "1,5",
    "x",
  ];
  const WIDTHS = ["", "280px", "320px", "390px", "501.5px", "1200px"];

  const CHOSEN = [
    ...Array(8).fill("drag"),
    ...Array(6).fill("key"),
    ...Array(5).fill("input"),
    ...["click", "click", "click", "set", "set", "link", "wheel", "resize"],
    ...["scheme", "open", "close", "again"],
  ];

  function pointer(node, type, x, y) {
    const event = new PointerEvent(type, {
      ...{ bubbles: true, cancelable: true },
      ...{ pointerId: POINTER, isPrimary: true },
      ...{ clientX: x, clientY: y, button: 0, buttons: 1 },
    });
    node.dispatchEvent(event);
  }

  /** What a reader's hands do to a view; disturb(view) is what happens meanwhile. */
  function handsOf({ random, below, one }, disturb) {
    async function drag(view) {
      const node = one([
        ...view.el.querySelectorAll("svg [role=slider], [role=gridcell]"),
      ]);
      if (!node) return;
      const box = node.getBoundingClientRect();
      let [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      pointer(node, "pointerdown", x, y);
      for (let i = below(7); i > 0; i -= 1) {
        const far = random() < 0.05 ? 1e5 : random() < 0.5 ? 20 : 400;
        x += (random() - 0.5) * far;
        y += (random() - 0.5) * far;
        pointer(node, "pointermove", x, y);
        disturb(view);
        if (random() < 0.1) await frame();
      }
      const end = random() < 0.9 ? "pointerup" : "pointercancel";
      pointer(node, end, x, y);
      captured = undefined;
      pointer(node, "lostpointercapture", x, y);
      if (end === "pointerup")
        node.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    }
    function key({ el }) {
      const node = one([
        ...el.querySelectorAll("[tabindex='0'], input, button:not(:disabled)"),
      ]);
      if (!node) return;
      node.focus();
      const of = { key: one(KEYS), shiftKey: random() < 0.2 };
      for (const type of ["keydown", "keyup"])
        node.dispatchEvent(
          new KeyboardEvent(type, { bubbles: true, cancelable: true, ...of }),
        );
    }
    function input({ el }) {
      const node = one([...el.querySelectorAll("input")]);
      if (!node) return;
      if (node.type === "radio" || node.type === "checkbox")
        return node.click();
      const [low, high] = [Number(node.min), Number(node.max)];
      node.value =
        node.type === "range" ? low + random() * (high - low) : one(TYPED);
      node.dispatchEvent(new Event("input", { bubbles: true }));
      node.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const click = ({ el }) => one([...el.querySelectorAll("button")])?.click();
    function wheel({ el }) {
      const deltaY = 200 * random() - 100;
      el.dispatchEvent(new WheelEvent("wheel", { bubbles: true, deltaY }));
    }
    return { drag, key, input, click, wheel };
  }

  /** What the page around a figure does to it. */
  function pageOf({ random, one }, figure, words) {
    const place = figure.closest("[id]")?.id;
    async function link() {
      if (!place || !words.length) return;
      const a = document.createElement("a");
      a.href = `#${place}?${random() < 0.1 ? "x=%E0&n=1e999" : one(words)}`;
      figure.after(a);
      a.click();
      a.remove();
      await frame();
      if (random() < 0.3) history.back();
    }
    return {
      link,
      resize() {
        figure.style.width = one(WIDTHS);
      },
      scheme() {
        document.body.dataset.theme = one(["dark", "light", "auto"]);
      },
      again() {
        const [parent, next] = [figure.parentNode, figure.nextSibling];
        figure.remove();
        parent.insertBefore(figure, next);
      },
    };
  }

  /** More views of a figure's model, and of models like it, that come and go. */
  function copiesOf({ random, below }, figure, model) {
    const copies = [];
    return {
      copies,
      open() {
        if (copies.length >= 2) return;
        const other = window.copyOf(model);
        const shared = random() < 0.3 ? model : other;
        copies.push(window.openView(shared, (el) => figure.after(el)));
      },
      close() {
        if (!copies.length) return;
        const [copy] = copies.splice(below(copies.length), 1);
        copy.end();
        copy.el.remove();
        if (copy.model === model) return;
        const left = [...copy.model.listeners.values()];
        if (left.some((set) => set.size))
          throw new Error("a copy still listens");
      },
    };
  }

  /** What is to be seen of a view: { state, shown, wrong, covered }; see labels.js. */
  function lookAt({ el, model }) {
    const numbers = [...el.querySelectorAll("[data-quantity]")];
    const html = el.innerHTML.replace(/(value|data-\w+)="NaN"/g, "");
    return {
      state: model.state,
      shown: numbers.map((node) => [node.dataset.quantity, node.value]),
      wrong: html.match(/.{0,60}="[^"]*\b(NaN|undefined)\b.{0,20}/)?.[0],
      covered: [...overlaps(el), ...window.crossed(el)],
    };
  }

  /**
   * Operate a figure, and two copies of it, `count` times. states: what its traits may
   * be; words: addresses of its states. Gives a list of { after, state, shown, wrong,
   * covered }, of one view each, and puts everything back.
   */
  window.abuse = async ({ id, seed, count, every, states, words }) => {
    const figure = document.querySelector(`.zm-static[data-model="${id}"]`);
    const model = window.zeroMeanUnitVariance.models.get(id);
    const random = generator(seed);
    const below = (n) => Math.floor(random() * n);
    const one = (list) => list[below(list.length)];
    const chance = { random, below, one };
    const { copies, open, close } = copiesOf(chance, figure, model);
    const around = pageOf(chance, figure, words);
    const seen = [];
    const views = () => [{ el: figure, model }, ...copies];

    function set({ model: its }) {
      for (const [key, value] of Object.entries(one(states)))
        its.set(key, value);
      its.save_changes();
    }
    function disturb(view) {
      if (random() < 0.1) set(view);
      if (random() < 0.05) around.resize();
    }
    /** Wait for two frames in which nothing changes: a link may take its time. */
    async function drawn() {
      const states = () =>
        JSON.stringify(views().map(({ model }) => model.state));
      for (let before; before !== (before = states());) {
        await frame();
        await frame();
      }
    }
    const hands = handsOf(chance, disturb);
    const acts = { ...hands, ...around, open, close, set };
    for (let i = 1; i <= count; i += 1) {
      const act = one(CHOSEN);
      await acts[act](one(views()));
      if (random() < 0.1) await frame();
      if (i % every && i !== count) continue;
      await drawn();
      const after = `${i}: ${act}`;
      seen.push(...views().map((view) => ({ after, ...lookAt(view) })));
    }
    while (copies.length) close();
    figure.style.width = "";
    document.body.dataset.theme = "auto";
    for (const [name, value] of Object.entries(model.begun))
      if (name in model.state) model.set(name, value);
    await frame();
    await frame();
    return seen;
  };

  /** Pairs of texts in a picture that cover each other, and how wide it is. */
  function overlaps(el) {
    const found = [];
    // A quarter of a box above and below is room, or a power's.
    const inside = ({ top, height }) => [
      top + height / 4,
      top + (height * 3) / 4,
    ];
    for (const svg of el.querySelectorAll("svg")) {
      const texts = [...svg.querySelectorAll("text")]
        .filter((node) => node.textContent.trim() && node.checkVisibility())
        .map((node) => [
          node.textContent.replace(/\s+/g, " ").trim(),
          node.getBoundingClientRect(),
        ]);
      texts.forEach(([one, a], i) => {
        for (const [other, b] of texts.slice(i + 1))
          if (
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
            inside(a)[0] < inside(b)[1] &&
            inside(b)[0] < inside(a)[1]
          )
            found.push(
              `${one} / ${other}, in a picture ${svg.viewBox.baseVal.width} wide`,
            );
      });
    }
    return found;
  }
})();
