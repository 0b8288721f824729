// Shortcuts of the app: global ones beside the composer, those of messages in their "More actions" menu.

import { act } from "./api.js";
import { h, toast } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./popups.js";

const offered = (state, kind) => state.shortcuts.filter((shortcut) => shortcut.kind === kind);

// A button with the menu of the shortcuts of a kind, nothing where the app has none; `place` is where it stands.
function shortcutsButton(state, kind, attributes, drawing, place) {
  const shortcuts = offered(state, kind);
  if (shortcuts.length === 0) return "";
  const choose = async (shortcut) => {
    const answer = await act("shortcut", { person: state.person, shortcut: shortcut.callback_id, ...place });
    if (answer.error || answer.notice) toast(answer.error || answer.notice);
  };
  const items = shortcuts.map((shortcut) => ({
    text: shortcut.name,
    detail: `${state.app.name} · ${shortcut.description}`,
    choose: () => choose(shortcut),
  }));
  const open = (event) => openMenu(event.currentTarget, items);
  return h("button", { type: "button", "aria-haspopup": "menu", ...attributes, onclick: open }, icon(drawing));
}

export const globalShortcuts = (state) =>
  shortcutsButton(state, "global", { class: "shortcuts", "aria-label": "Shortcuts", title: "Shortcuts" }, "lightning", {});

export const messageShortcuts = (state, channel, ts) =>
  shortcutsButton(state, "message", { "aria-label": "More actions", title: "More actions" }, "more", { channel, message: ts });
