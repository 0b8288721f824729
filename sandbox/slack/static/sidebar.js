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

// The workspaces, when there are several: each is a page at an address of its own.
export function drawRail(node, workspaces) {
  node.hidden = workspaces.length < 2;
  if (node.hidden || node.children.length === workspaces.length) return;
  const initials = (name) => name.split(" ").map((word) => word[0]).join("").slice(0, 2);
  node.replaceChildren(
    ...workspaces.map((each) =>
      h("a", { href: each.url, title: each.name, "aria-label": each.name, "aria-current": each.here ? "page" : undefined }, initials(each.name)),
    ),
  );
}

export function drawSidebar(node, context, go, openApps, inApps) {
  const { state } = context;
  const isHere = (channel) => !inApps && state.channel === channel.id;
  const row = (channel, content, label, extra = "") =>
    h(
      "button",
      {
        type: "button",
        class: `row ${isHere(channel) ? "here" : ""} ${isNew(state.person, channel) ? "new" : ""} ${extra}`,
        "aria-label": label,
        "aria-current": isHere(channel) ? "page" : undefined,
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
    group("Apps", [
      own && state.app.installed ? row(own, [avatar(app, state.app), h("span", {}, state.app.name)], state.app.name, "app-row") : "",
      h(
        "button",
        { type: "button", class: `row ${inApps ? "here" : ""}`, "aria-current": inApps ? "page" : undefined, onclick: openApps },
        h("span", { class: "mark" }, "+"),
        h("span", {}, "Manage apps"),
      ),
    ]),
  );
}

const group = (title, rows) => h("section", {}, h("h2", {}, title), rows);
