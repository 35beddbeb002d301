// Stylesheets that scripts bring along. The page's policy refuses a <style> that the
// build did not write; what a script makes as an object is a script's own doing.
const adopted = new Set();

/** Have the page follow a stylesheet, given as text; once, however often it is given. */
export function adopt(text) {
  if (adopted.has(text)) return;
  adopted.add(text);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
