import js from "@eslint/js";
import globals from "globals";

export default [
  {
    ignores: [
      "**/static/",
      "publishing/live/bundle/",
      "_build/",
      ".venv*/",
      "node_modules/",
    ],
  },
  js.configs.recommended,
  {
    rules: {
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 80],
    },
  },
  {
    files: ["explorables/**/*.js", "publishing/**/*.js", "tests/**/*.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    files: [
      "*.mjs",
      "tests/**/*.mjs",
      "tools/*.mjs",
      "publishing/live/{still_html,still_png,png}.js",
      "publishing/page/needed_css.js",
      "publishing/languages/with_breaks.js",
    ],
    languageOptions: { globals: globals.node },
  },
];
