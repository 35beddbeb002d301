// What resvg is told of the theme: it has no variables, no shorthand `font`, and no media.
import scale from "../../explorables/lib/scale.css";
import theme from "../../explorables/lib/theme.css";
import tokens from "../../explorables/tokens.json";

const REM = 16; // pixels

/** The light colours, by role. */
export const colour = Object.fromEntries(
  Object.entries({ ...tokens.surfaces, ...tokens.roles }).map(
    ([name, { light }]) => [name, light],
  ),
);

/** The lengths that the theme gives a selector's property, in pixels. */
export function lengths(selector, property) {
  const rule = theme.slice(theme.indexOf(`\n${selector} {`)).split("}")[0];
  const [, value] = new RegExp(`\\s${property}: ([^;]+);`).exec(rule);
  return value
    .replace(
      /var\((--[\w-]+)\)/g,
      (_, name) => scale.split(`${name}: `)[1].split(";")[0],
    )
    .split(" ")
    .map((length) => parseFloat(length) * (length.endsWith("rem") ? REM : 1));
}

/** An SVG, or CSS, as resvg reads it. The role's own colour is passed on as `color`. */
export function plainStyle(svg) {
  return svg
    .replace(/--zm-own:/g, "color:")
    .replace(/var\(--zm-own(, *var\([^)]*\))?\)|currentcolor/g, "currentColor")
    .replaceAll("crispedges", "crispEdges")
    .replace(/var\(--zm-(\w+)\)/g, (_, name) => colour[name])
    .replace(
      /font:\s*(?:(\w+) )?([\d.]+)px[^;"]*/g,
      (_, weight, size) =>
        `font-size: ${size}px${weight ? `; font-weight: ${weight}` : ""}`,
    );
}

export const style = plainStyle(
  // First, and so weaker than the theme. Outside a role its own colour is muted.
  `svg { color: var(--zm-muted); }
  text { color: var(--zm-ink); }
  text, tspan { fill: currentColor; }` +
    theme
      .replace(/@import [^;]*;/g, "")
      .replace(/@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, ""),
);
