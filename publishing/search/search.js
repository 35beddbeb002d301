// What Sphinx's search leaves to be done: a result shows the text around the words,
// and leads to their section. From the disk, too, where no script may fetch a page.
/* global Search, SPHINX_HIGHLIGHT_ENABLED, _highlightText */
{
  const LENGTH = 240; // letters of a result's text
  const BEFORE = 60; // of them before the words
  let pages;
  let words;
  let needles; // the whole query, its words, and their stems: the best one first

  window.searchTexts = (texts) => (pages = texts);

  const held = (text) =>
    needles.reduce(
      (sum, needle, i) =>
        sum + (text.toLowerCase().includes(needle) ? needles.length - i : 0),
      0,
    );
  const value = ([, heading, text]) =>
    held(heading) + held(`${heading} ${text}`);

  /** The text around the words; its beginning where they stand in the heading. */
  function excerpt(heading, text) {
    const lower = text.toLowerCase();
    const needle = needles.find((one) => lower.includes(one));
    const inHeading = heading.toLowerCase().includes(needle);
    const from = needle && !inHeading ? lower.indexOf(needle) - BEFORE : 0;
    const begin = from > 0 ? text.indexOf(" ", from) + 1 : 0;
    const end = begin + LENGTH;
    return `${begin ? "… " : ""}${text.slice(begin, end)}${end < text.length ? " …" : ""}`;
  }

  /** Give a result its text and its section; return what that is worth. */
  function complete(item) {
    const link = item.querySelector("a");
    const page = link.getAttribute("href").replace(/\.html(#.*)?$/, "");
    const parts = pages[page] ?? [];
    const part =
      parts.find(([id]) => `#${id}` === link.hash) ??
      parts.reduce((a, b) => (value(b) > value(a) ? b : a), ["", "", ""]);
    const [id, heading, text] = part;
    // A page's first part is the page.
    if (id && id !== parts[0][0]) {
      link.hash = id;
      if (!link.textContent.includes(heading)) link.append(` › ${heading}`);
    }
    const context = document.createElement("p");
    context.className = "context";
    context.textContent = excerpt(heading, text);
    item.append(context);
    if (SPHINX_HIGHLIGHT_ENABLED)
      for (const word of words) _highlightText(context, word, "highlighted");
    return value(part);
  }

  const { _parseQuery, performSearch, stopPulse } = Search;
  Search._parseQuery = (query) => {
    const parsed = _parseQuery(query);
    words = parsed[3];
    needles = [query.toLowerCase().trim(), ...words, ...parsed[1]];
    return parsed;
  };
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
    const worth = new Map();
    for (const item of Search.output.children) worth.set(item, complete(item));
    // Among equals Sphinx's own order stays.
    const sorted = [...worth.keys()].sort(
      (a, b) => worth.get(b) - worth.get(a),
    );
    Search.output.append(...sorted);
  };
}
