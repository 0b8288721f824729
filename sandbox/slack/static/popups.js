// Small things that open over the page: confirmation dialogs and menus.

import { h, link } from "./dom.js";
import { plainText, textNodes } from "./mrkdwn.js";

// Asks before something is done. Resolves to whether the person agreed.
export function openConfirm(confirm, names) {
  return new Promise((resolve) => {
    const answer = (value) => () => {
      shade.remove();
      resolve(value);
    };
    const text = textNodes(confirm.text, names);
    const yes = h(
      "button",
      { type: "button", class: `button ${confirm.style === "danger" ? "danger" : "primary"}`, onclick: answer(true) },
      plainText(confirm.confirm.text),
    );
    const no = h("button", { type: "button", class: "button", onclick: answer(false) }, plainText(confirm.deny.text));
    const title = plainText(confirm.title.text);
    const box = h(
      "div",
      { class: "confirm", role: "alertdialog", "aria-modal": "true", "aria-label": title },
      h("h2", {}, title),
      h("div", { class: "confirm-text" }, text),
      h("div", { class: "confirm-buttons" }, no, yes),
    );
    const shade = h("div", { class: "shade over" }, box);
    shade.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      answer(false)();
    });
    document.body.append(shade);
    yes.focus();
  });
}

// A menu under a button: items are { text, detail, url, choose }.
export function openMenu(anchor, items) {
  const menu = h("div", { class: "menu", role: "menu" });
  const close = (event) => {
    if (event && menu.contains(event.target)) return;
    menu.remove();
    document.removeEventListener("mousedown", close);
  };
  for (const item of items) {
    const detail = item.detail ? h("div", { class: "option-detail" }, item.detail) : "";
    const node = item.url ? link(item.url, item.text, detail) : h("button", { type: "button" }, item.text, detail);
    node.setAttribute("role", "menuitem");
    node.addEventListener("click", () => {
      close();
      item.choose();
    });
    menu.append(node);
  }
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
    anchor.focus();
  });
  const place = anchor.getBoundingClientRect();
  document.body.append(menu);
  menu.style.top = `${Math.max(8, Math.min(place.bottom + 4, innerHeight - menu.offsetHeight - 8))}px`;
  menu.style.left = `${Math.max(8, Math.min(place.left, innerWidth - menu.offsetWidth - 8))}px`;
  document.addEventListener("mousedown", close);
  menu.firstElementChild?.focus();
}
