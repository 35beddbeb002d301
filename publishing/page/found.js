// The words that were searched for, marked on the page that a result leads to: by
// Sphinx's own scripts, which no other page needs.
const SCRIPTS = ["documentation_options", "doctools", "sphinx_highlight"];
const own = document.currentScript.src;

export function markFound() {
  // The search page has these scripts, and keeps the words for the next one.
  const searching = document.querySelector('script[src*="searchtools.js"]');
  const asked =
    localStorage.getItem("sphinx_highlight_terms") ||
    new URLSearchParams(location.search).has("highlight");
  if (searching || !asked) return;
  for (const name of SCRIPTS) {
    const script = document.createElement("script");
    script.src = new URL(`${name}.js`, own);
    script.async = false; // one after the other
    document.head.append(script);
  }
}
