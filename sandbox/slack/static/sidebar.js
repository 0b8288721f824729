// The sidebar: channels, direct messages, the app. Bold is what has something new.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./messages.js";

const seenKey = (person, channel) => `seen ${person} ${channel}`;

export function markSeen(person, channel) {
  localStorage.setItem(seenKey(person, channel.id), channel.latest);
}

const isNew = (person, channel) =>
  channel.latest !== "" && channel.latest > (localStorage.getItem(seenKey(person, channel.id)) ?? "");

export function drawSidebar(node, context, go) {
  const { state } = context;
  const row = (channel, content, label, extra = "") =>
    h(
      "button",
      {
        type: "button",
        class: `row ${state.channel === channel.id ? "here" : ""} ${isNew(state.person, channel) ? "new" : ""} ${extra}`,
        "aria-label": label,
        "aria-current": state.channel === channel.id ? "page" : undefined,
        onclick: () => go(channel.id),
      },
      content,
      isNew(state.person, channel) && channel.kind === "im" ? h("span", { class: "badge" }, "•") : "",
    );
  const channels = state.channels
    .filter((channel) => channel.kind !== "im")
    .map((channel) => {
      const mark = channel.kind === "private" ? icon("lock") : "#";
      const label = channel.kind === "private" ? channel.name : `#${channel.name}`;
      const more = channel.is_archived ? h("span", { class: "archived" }, "archived") : "";
      return row(channel, [h("span", { class: "mark" }, mark), h("span", {}, channel.name), more], label);
    });
  const people = state.people
    .filter((person) => !person.is_bot && person.id !== state.person)
    .map((person) => {
      const channel = context.directWith(person.id);
      const content = [avatar(person, state.app), h("span", {}, person.real_name)];
      if (channel) return row(channel, content, person.real_name);
      return h("button", { type: "button", class: "row", onclick: () => go(null, person.id) }, content);
    });
  const app = context.people.get(state.app.bot);
  const own = state.channels.find((channel) => channel.id === state.app.channel);
  node.replaceChildren(
    group("Channels", channels),
    group("Direct messages", people),
    group("Apps", own ? [row(own, [avatar(app, state.app), h("span", {}, state.app.name)], state.app.name, "app-row")] : []),
  );
}

const group = (title, rows) => h("section", {}, h("h2", {}, title), rows);
