import js from "@eslint/js";
import globals from "globals";

export default [
  {
    ignores: [
      "**/static/",
      "publishing/bundle/",
      "_build/",
      ".venv*/",
      "node_modules/",
    ],
  },
  js.configs.recommended,
  {
    files: ["explorables/**/*.js", "publishing/**/*.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ["*.mjs", "tests/**/*.mjs", "publishing/{still,picture,png}.js"],
    languageOptions: { globals: globals.node },
  },
];
