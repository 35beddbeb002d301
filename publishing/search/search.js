// What Sphinx's search leaves to be done: a result shows the text around the words,
// leads to their section, and stands there once; a word that the book does not use
// finds those that it uses instead. From the disk, too, where no script may fetch a page.
/* global Search, SPHINX_HIGHLIGHT_ENABLED, _highlightText */
{
  const LENGTH = 240; // letters of a result's text
  const BEFORE = 60; // of them before the words
  const MOST = 0.6; // of a query's pairs that a section has at least
  const RESULTS = 30;
  let pages;
  let synonyms;
  let words; // to highlight
  let needles; // a query, its words, and their stems: the best one first
  let shown; // { result, part, needles } by address: page and #id

  // What search-texts.js calls.
  window.searchTexts = (texts) => ({ pages, synonyms } = texts);

  // The texts, and Sphinx's index, which begins the search that waits for it: four fifths
  // of what the page loads, and nothing to who has not searched yet.
  if (new URLSearchParams(location.search).get("q"))
    for (const file of ["search-texts.js", "../searchindex.js"]) {
      const script = document.createElement("script");
      script.src = new URL(file, document.currentScript.src);
      script.async = false; // one after the other
      document.head.append(script);
    }

  const held = (text) =>
    needles.reduce(
      (sum, needle, i) =>
        sum + (text.toLowerCase().includes(needle) ? needles.length - i : 0),
      0,
    );
  const value = ([, heading, text]) =>
    held(heading) + held(`${heading} ${text}`);

  const HAN = /[\u3400-\u9fff]+/g;

  /**
   * What is looked for by a query with Chinese characters: pairs of them, as nothing
   * says where a word ends, and words of Latin letters.
   */
  function partsOf(query) {
    const runs = query.match(HAN);
    const pairs = runs.flatMap((run) =>
      run.length < 3
        ? [run]
        : [...run].slice(1).map((letter, i) => run[i] + letter),
    );
    const latin = query.toLowerCase().match(/[a-z0-9_.]{2,}/g) ?? [];
    return { runs, pairs: [...new Set(pairs)], latin };
  }

  /** The sections that have most of the pairs, and every Latin word, the best last. */
  function performPairs(query) {
    const { runs, pairs, latin } = partsOf(query);
    const whole = query.toLowerCase().trim();
    words = [...runs, ...latin];
    needles = [whole, ...words, ...pairs];
    const found = [];
    for (const [page, parts] of Object.entries(pages))
      for (const part of parts) {
        const [, heading, text] = part;
        const all = `${heading} ${text}`.toLowerCase();
        const share =
          pairs.filter((one) => all.includes(one)).length / pairs.length;
        if (share < MOST || !latin.every((one) => all.includes(one))) continue;
        const bonus = [all, heading.toLowerCase()].filter((one) =>
          one.includes(whole),
        );
        found.push({ page, part, worth: share + bonus.length });
      }
    found.sort((a, b) => b.worth - a.worth);
    const results = found.slice(0, RESULTS).map(({ page, part, worth }) => {
      const [id, heading] = part;
      const [[first, title]] = pages[page];
      const inside = id !== first;
      const name = new Option(inside ? `${title} › ${heading}` : title);
      const place = inside ? `#${id}` : "";
      shown.set(page + place, { part, needles });
      return [page, name.innerHTML, place, null, worth, ""];
    });
    return results.reverse();
  }

  /** The text around the words; its beginning where they stand in the heading. */
  function excerpt([, heading, text], needles) {
    const lower = text.toLowerCase();
    const needle = needles.find((one) => lower.includes(one));
    const inHeading = heading.toLowerCase().includes(needle);
    const from = needle && !inHeading ? lower.indexOf(needle) - BEFORE : 0;
    // In Chinese there need not be a space.
    const space = text.indexOf(" ", from);
    const near = space > 0 && space < from + BEFORE;
    const begin = from > 0 ? (near ? space + 1 : from) : 0;
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
    // Titles hold every word, and explain none: a list of sources comes last.
    const worth = page === "bibliography" ? 0 : value(part);
    const result = [page, named.innerHTML, place, null, worth, file];
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
    if (query.match(HAN)) {
      const results = performPairs(query);
      localStorage.setItem("sphinx_highlight_terms", words.join(" "));
      return results;
    }
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

  // The page that a result leads to may not see yet what this one has just stored: it is
  // told by its address, too, from which Sphinx takes the words away.
  document.addEventListener("click", ({ target }) => {
    const link = target.closest("#search-results a");
    if (!link) return;
    const address = new URL(link.href);
    address.searchParams.set("highlight", words.join(" "));
    link.href = address;
  });

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
