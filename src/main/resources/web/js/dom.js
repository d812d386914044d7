// Small words for making elements.

/** An element with properties, then children. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && name !== "style" && name !== "role") {
      made[name] = value;
    } else {
      made.setAttribute(name, value);
    }
  }
  made.append(...children);
  return made;
}

/** A table from a head and rows of text. */
export function table(head, rows) {
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
    element(
      "tbody",
      {},
      ...rows.map(([first, ...rest]) =>
        element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((text) => element("td", {}, text))),
      ),
    ),
  );
}

/** Sets text only where it differs: a page that changes four times a second should not lay out for nothing. */
export function say(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
