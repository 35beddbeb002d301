try {
  localStorage.getItem("theme");
} catch {
  const mark = "stored:";
  const free = !name || name.startsWith(mark);
  let items = free && name ? JSON.parse(name.slice(mark.length)) : {};
  const keep = (changed) => {
    items = { ...items, ...changed };
    if (free) window.name = mark + JSON.stringify(items);
  };
  const value = {
    refused: true, // for those that would say so
    getItem: (key) => items[key] ?? null,
    setItem: (key, text) => keep({ [key]: String(text) }),
    removeItem: (key) => keep({ [key]: undefined }),
  };
  Object.defineProperty(window, "localStorage", { value });
}
