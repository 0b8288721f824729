// The search box of an external select: asks the app for options while the person types.

import { freshId, h } from "./dom.js";
import { plainText } from "./mrkdwn.js";

const PAUSE = 200;

// `start` is { text, clear }; `choose(option)` keeps a choice and returns what the box then shows.
export function combobox(element, at, start, choose) {
  const listId = freshId("options");
  const list = h("ul", { class: "listbox", role: "listbox", id: listId, hidden: true });
  const input = h("input", {
    class: "input",
    type: "text",
    role: "combobox",
    id: at.id,
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-label": at.id ? undefined : at.label,
    placeholder: element.placeholder ? plainText(element.placeholder.text) : "Search",
  });
  input.value = start.text;
  const least = element.min_query_length ?? 3;
  let timer = 0;
  let asked = 0;
  let active = -1;

  const show = (nodes) => {
    list.replaceChildren(...nodes);
    list.hidden = nodes.length === 0;
    list.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-expanded", String(!list.hidden));
    active = -1;
  };
  const note = (text) => show([h("li", { class: "note" }, text)]);
  const pick = (option) => {
    input.value = choose(option);
    show([]);
  };
  const entry = (option) =>
    h(
      "li",
      { role: "option", "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => pick(option) },
      plainText(option.text.text),
      option.description ? h("div", { class: "option-detail" }, plainText(option.description.text)) : "",
    );

  async function ask() {
    const text = input.value;
    if (text.length < least) {
      note(`Type ${least === 1 ? "a character" : `${least} characters`} or more`);
      return;
    }
    const turn = ++asked;
    if (list.hidden) note("Searching…");
    const answer = await at.form.suggest(element, at.block, text);
    if (turn !== asked || document.activeElement !== input) return;
    if (answer.notice || answer.error) note(answer.notice || answer.error);
    else if (answer.option_groups?.length) {
      show(answer.option_groups.flatMap((group) => [
        h("li", { class: "note" }, plainText(group.label.text)),
        ...group.options.map(entry),
      ]));
    } else if (answer.options.length) show(answer.options.map(entry));
    else note("No results");
  }

  input.addEventListener("input", () => {
    if (input.value === "") start.clear();
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("focus", () => input.select());
  // Not when a modal puts the focus here: the list would cover what lies below.
  input.addEventListener("click", () => least === 0 && list.hidden && ask());
  input.addEventListener("blur", () => show([]));
  input.addEventListener("keydown", (event) => {
    const options = [...list.querySelectorAll("[role=option]")];
    if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      show([]);
    } else if (event.key === "ArrowDown" && list.hidden) {
      event.preventDefault();
      ask();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
      options.forEach((node, index) => node.setAttribute("aria-selected", String(index === active)));
      options[active].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      options[Math.max(active, 0)]?.click();
    }
  });
  return h("div", { class: "combobox" }, input, list);
}
