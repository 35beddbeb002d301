const KEY = "zero-mean-unit-variance:language";

/**
 * A link to another language keeps the place, and is remembered: who opens the book at
 * its first page finds it in the language chosen last.
 */
export function keepLanguage() {
  for (const link of document.querySelectorAll(".zm-languages a"))
    link.addEventListener("click", () => {
      localStorage.setItem(KEY, link.hreflang);
      link.hash = location.hash;
    });
}
