// Small helpers: building elements (text is always text, never markup), calling the server, notices.

export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  if (attributes && "value" in attributes && tag === "select") element.value = attributes.value;
  return element;
}

// The sandbox is not there: it was stopped, or is starting again.
export class Unanswered extends Error {}

function ask(path, options) {
  return fetch(path, options).catch(() => {
    throw new Unanswered(path);
  });
}

export async function read(path) {
  const response = await ask(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

// Do an action on the server; its result, or undefined after a notice that says what was wrong.
export async function act(action, fields) {
  const response = await ask(`/page/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(fields),
  });
  const answer = await response.json().catch(() => ({ error: `${action}: ${response.status}` }));
  if (!response.ok) {
    notify(answer.error, true);
    return undefined;
  }
  return answer.result ?? null;
}

let fading;

export function notify(text, isError = false) {
  const place = document.getElementById("notice");
  place.replaceChildren(h("p", { class: isError ? "error" : null }, text));
  clearTimeout(fading);
  fading = setTimeout(() => place.replaceChildren(), isError ? 9000 : 3500);
}

export async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // no clipboard (an insecure origin): select it by way of a field
    const field = h("textarea", { "aria-hidden": "true" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  notify(said);
}

export function table(headings, rows, empty) {
  if (!rows.length) return h("p", { class: "quiet" }, empty);
  const cell = (tag) => (content) =>
    content?.number !== undefined
      ? h(tag, { class: "number" }, content.number)
      : h(tag, { class: /^\d{4}-\d\d-\d\d/.test(content) ? "date" : null }, content);
  return h(
    "div",
    { class: "scroll" },
    h(
      "table",
      null,
      h("thead", null, h("tr", null, headings.map(cell("th")))),
      h("tbody", null, rows.map((row) => h("tr", null, row.map(cell("td")))))
    )
  );
}

let fields = 0;

// A labelled control. The label stands beside it, not round it: a select's options would else belong to its name.
export function field(label, control) {
  control.id ||= `field-${++fields}`;
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control);
}

export function options(values, names = {}) {
  return values.map((value) => h("option", { value }, names[value] ?? value));
}

export function checkbox(label, checked, disabled, change) {
  return h("input", {
    type: "checkbox",
    "aria-label": label,
    checked,
    disabled,
    onchange: (event) => change(event.target.checked),
  });
}

export function badge(text, kind = "") {
  return h("span", { class: `badge ${kind}` }, text);
}

export function euros(cents) {
  return new Intl.NumberFormat("fi-FI", { minimumFractionDigits: 2 }).format(cents / 100);
}

export function percent(tenths) {
  return `${new Intl.NumberFormat("fi-FI").format(tenths / 10)} %`;
}
