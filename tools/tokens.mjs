// What the tokens decide: the theme's variables in every scheme, and matplotlib's style.
import { readFileSync } from "node:fs";

const tokens = JSON.parse(
  readFileSync(new URL("../explorables/tokens.json", import.meta.url), "utf8"),
);
const named = { ...tokens.surfaces, ...tokens.roles };

function variables(scheme) {
  return Object.entries(named)
    .map(([name, value]) => `--zm-${name}: ${value[scheme].toLowerCase()};`)
    .join(" ");
}

const systemColours = Object.entries({
  ground: "Canvas",
  panel: "Canvas",
  ink: "CanvasText",
  muted: "CanvasText",
  rule: "GrayText",
  input: "CanvasText",
})
  .map(([name, colour]) => `--zm-${name}: ${colour};`)
  .join(" ");
const eitherScheme = Object.entries(named)
  .map(
    ([name, { light, dark }]) => `--zm-${name}: light-dark(${light}, ${dark});`,
  )
  .join(" ")
  .toLowerCase();

// Furo, JupyterLab, Colab and VS Code each say "dark" in their own way. Furo without
// JavaScript leaves it to the reader's system. A shadow root (marimo's) knows no more
// than the colour scheme of what it stands in; forced colours are the system's own.
export const tokensCss = `
:host { ${variables("light")} }
@supports (color: light-dark(red, red)) { :host { ${eitherScheme} } }
:root { ${variables("light")} color-scheme: light; }
@media (prefers-color-scheme: dark) {
  body[data-theme="auto"], .no-js body:not([data-theme]) {
    ${variables("dark")} color-scheme: dark;
  }
}
body[data-theme="dark"], body[data-jp-theme-light="false"],
html[theme="dark"], body.vscode-dark { ${variables("dark")} color-scheme: dark; }
@media (forced-colors: active) {
  .zm-explorable, .zm-plot { ${variables("light")} ${systemColours} }
}
@media (forced-colors: active) and (prefers-color-scheme: dark) {
  .zm-explorable, .zm-plot { ${variables("dark")} ${systemColours} }
}
@media print {
  body[data-theme], .no-js body:not([data-theme]) {
    ${variables("light")} color-scheme: light;
  }
}
`;

const { ink, muted, rule, ground } = tokens.surfaces;
const cycle = ["statistic", "rival", "normalized", "parameter", "gradient"]
  .map((role) => `'${tokens.roles[role].light.slice(1)}'`)
  .join(", ");
export const mplstyle = `
# At a width of 336 CSS pixels, as on a phone, the smallest text is read at 12.5.
figure.figsize: 3.54, 2.7
figure.facecolor: ${ground.light.slice(1)}
axes.facecolor: ${ground.light.slice(1)}
axes.prop_cycle: cycler('color', [${cycle}])
axes.edgecolor: ${muted.light.slice(1)}
axes.labelcolor: ${ink.light.slice(1)}
axes.titlecolor: ${ink.light.slice(1)}
axes.titlelocation: left
axes.titlesize: 12
axes.titleweight: bold
axes.labelsize: 10
axes.spines.top: False
axes.spines.right: False
axes.grid: True
axes.grid.axis: y
axes.axisbelow: True
grid.color: ${rule.light.slice(1)}
grid.linewidth: 0.6
text.color: ${ink.light.slice(1)}
xtick.color: ${muted.light.slice(1)}
xtick.labelcolor: ${ink.light.slice(1)}
ytick.color: ${muted.light.slice(1)}
ytick.labelcolor: ${ink.light.slice(1)}
xtick.labelsize: 9.5
ytick.labelsize: 9.5
lines.linewidth: 2
legend.frameon: False
legend.fontsize: 9.5
font.size: 10
font.family: DejaVu Sans
figure.constrained_layout.use: True
# Text stays text: smaller, selectable, in the page's own font and colours.
svg.fonttype: none
# Ids that do not change from run to run.
svg.hashsalt: zero-mean-unit-variance
`.trimStart();
