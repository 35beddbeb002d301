// What Sphinx's search leaves to be done: a result shows the text around the words,
// leads to their section, and stands there once; a word that the book does not use
// finds those that it uses instead. From the disk, too, where no script may fetch a page.
/* global Search, SPHINX_HIGHLIGHT_ENABLED, _highlightText */
{
  const LENGTH = 240; // letters of a result's text
  const BEFORE = 60; // of them before the words
  let pages;
  let synonyms;
  let words; // to highlight
  let needles; // a query, its words, and their stems: the best one first
  let shown; // { result, part, needles } by address: page and #id

  // What search-texts.js calls.
  window.searchTexts = (texts) => ({ pages, synonyms } = texts);

  const held = (text) =>
    needles.reduce(
      (sum, needle, i) =>
        sum + (text.toLowerCase().includes(needle) ? needles.length - i : 0),
      0,
    );
  const value = ([, heading, text]) =>
    held(heading) + held(`${heading} ${text}`);

  /** The text around the words; its beginning where they stand in the heading. */
  function excerpt([, heading, text], needles) {
    const lower = text.toLowerCase();
    const needle = needles.find((one) => lower.includes(one));
    const inHeading = heading.toLowerCase().includes(needle);
    const from = needle && !inHeading ? lower.indexOf(needle) - BEFORE : 0;
    const begin = from > 0 ? text.indexOf(" ", from) + 1 : 0;
    const end = begin + LENGTH;
    return `${begin ? "… " : ""}${text.slice(begin, end)}${end < text.length ? " …" : ""}`;
  }

  /** A result of Sphinx's, a list, led to its section, with what it is worth. */
  function lead([page, title, anchor, , , file]) {
    const parts = pages[page] ?? [];
    const part =
      parts.find(([id]) => `#${id}` === anchor) ??
      parts.reduce((a, b) => (value(b) > value(a) ? b : a), ["", "", ""]);
    const [id, heading] = part;
    // A page's first part is the page.
    const inside = id && id !== parts[0][0];
    const whole = parts[0]?.[1] ?? title;
    const named = new Option(inside ? `${whole} › ${heading}` : whole);
    const place = inside ? `#${id}` : "";
    const result = [page, named.innerHTML, place, null, value(part), file];
    return { result, part, needles };
  }

  /** The queries that a query stands for: itself, and with synonyms in its place. */
  function meant(query) {
    const asked = query.toLowerCase().trim().replace(/\s+/g, " ");
    const found = Object.keys(synonyms)
      .filter((word) => ` ${asked} `.includes(` ${word} `))
      .sort((a, b) => b.length - a.length)[0];
    return found ? [query, ...[synonyms[found]].flat()] : [query];
  }

  const { _parseQuery, _performSearch, performSearch, stopPulse } = Search;
  Search._performSearch = (query) => {
    words = [];
    shown = new Map();
    for (const one of meant(query)) {
      const parsed = _parseQuery(one);
      words.push(...parsed[3]);
      needles = [one.toLowerCase().trim(), ...parsed[3], ...parsed[1]];
      // Sphinx's last one is its best.
      for (const found of _performSearch(...parsed).reverse()) {
        const led = lead(found);
        const address = led.result[0] + led.result[2];
        if (!shown.has(address)) shown.set(address, led);
      }
    }
    // For the page that a result leads to.
    localStorage.setItem("sphinx_highlight_terms", words.join(" "));
    // Among equals Sphinx's own order stays.
    const results = [...shown.values()].map(({ result }) => result).reverse();
    return results.sort((a, b) => a[4] - b[4]);
  };

  /** Give a result its text. */
  function complete(item, { part, needles }) {
    const context = document.createElement("p");
    context.className = "context";
    context.textContent = excerpt(part, needles);
    item.append(context);
    if (SPHINX_HIGHLIGHT_ENABLED)
      for (const word of words) _highlightText(context, word, "highlighted");
  }

  // Where the number of results will be said: there is one already if the page's
  // address has a query.
  const say = () => Search.status?.setAttribute("role", "status");
  Search.performSearch = (query) => {
    performSearch(query);
    say();
  };
  say();
  // Called when the last result stands there.
  Search.stopPulse = () => {
    stopPulse();
    for (const item of Search.output.children) {
      const link = item.querySelector("a");
      const page = link.getAttribute("href").replace(/\.html(?=#|$)/, "");
      complete(item, shown.get(page));
    }
  };
}
