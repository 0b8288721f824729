// Building elements. Text always goes in as text nodes, so nothing that people type can become markup.

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else if (name === "style") node.style.cssText = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false && child !== "") node.append(child);
  }
  return node;
}

let lastId = 0;
export const freshId = (prefix) => `${prefix}-${++lastId}`;

// Only addresses that lead somewhere; `javascript:` and the like become nothing.
export function safeUrl(url) {
  return /^(https?:|mailto:|tel:)/i.test(url ?? "") ? url : undefined;
}

export const link = (url, ...children) =>
  h("a", { href: safeUrl(url), target: "_blank", rel: "noopener noreferrer" }, ...children);

export function toast(text) {
  const node = h("div", { class: "toast" }, text);
  document.querySelector(".toasts").append(node);
  setTimeout(() => node.remove(), 6000);
}

export const spinner = () => h("span", { class: "spinner", "aria-hidden": "true" });
