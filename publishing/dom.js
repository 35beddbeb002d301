/** A new element with attributes and content; false and undefined are left out. */
export function make(tag, attributes = {}, ...content) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false)
      node.setAttribute(name, value === true ? "" : value);
  node.append(...content.flat(2).filter((one) => one !== false));
  return node;
}

/** A drawing of 16 by 16, in the colour of the text around it. */
export const icon = (shape) =>
  `<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${shape}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/></svg>`;

/** Hand the reader a file with this text. */
export function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60e3);
}

/** Whether a text could be copied: a page that is not secure may not. */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Do something once nothing else is to be done, or after half a second. */
export const idle = (task) =>
  window.requestIdleCallback
    ? window.requestIdleCallback(task, { timeout: 500 })
    : window.setTimeout(task, 50); // Safari

/** Promise a task of its own for what follows: between the two a page can answer. */
export const nextTask = () => new Promise((resolve) => setTimeout(resolve));
