// The page on which apps are managed: how the app is connected, what it may do, what it was told and what it did.

import { act } from "./api.js";
import { h, toast } from "./dom.js";
import { avatar } from "./messages.js";

const timeText = (seconds) => new Date(seconds * 1000).toLocaleTimeString();
let asked = "";

export function drawApps(node, context, refresh) {
  const { state } = context;
  const { app, apps } = state;
  const key = JSON.stringify([state.person, apps, asked]);
  if (node.querySelector(".apps")?.dataset.key === key) return; // whoever is at a button stays there
  const admin = context.people.get(state.person).role === "admin";
  const body = h(
    "div",
    { class: "apps", "data-key": key },
    h("div", { class: "app-title" }, avatar(context.people.get(app.bot), app), h("div", {}, h("h2", {}, app.name), h("p", {}, app.description))),
    h("dl", { class: "app-facts" }, facts(state).map(([name, ...value]) => [h("dt", {}, name), h("dd", {}, value)])),
    apps.mode === "http" ? buttons(state, admin, refresh, () => drawApps(node, context, refresh)) : oneWorkspace(app),
    h("h2", {}, "What happened"),
    h("p", { class: "usage" }, `What Slack told ${app.name} here, and what ${app.name} asked of Slack, the latest first.`),
    h("ol", { class: "app-log", "aria-label": "What happened" }, apps.log.map((each) => logged(each, app))),
  );
  const before = node.querySelector(".apps")?.scrollTop ?? 0;
  node.replaceChildren(h("div", { class: "conversation-head" }, h("h1", {}, "Apps"), h("span", { class: "topic" }, state.team)), body);
  body.scrollTop = before;
}

function facts({ app, apps }) {
  const given = apps.scopes.filter((scope) => scope.granted);
  const socket = `Socket Mode: ${app.name} holds ${apps.connections} connection${apps.connections === 1 ? "" : "s"} to Slack.`;
  const http = ["HTTP: deliveries are signed and posted to ", h("code", {}, apps.request_url)];
  const state = {
    installed: `Installed by ${apps.installer}.`,
    revoked: `Installed by ${apps.installer}, but its tokens are revoked: it can call nothing.`,
    absent: "Not installed in this workspace.",
  };
  return [
    ["Connection", ...(apps.mode === "http" ? http : [socket])],
    ["State", state[apps.state]],
    ...(apps.state === "installed" && apps.token_ends
      ? [["Token", `Ends at ${timeText(apps.token_ends)}; ${app.name} has to exchange it before.`]]
      : []),
    ...(given.length ? [["Scopes", given.map((scope) => [h("code", {}, scope.name), " "])]] : []),
  ];
}

function oneWorkspace(app) {
  return h(
    "p",
    { class: "app-note" },
    `With Socket Mode ${app.name} serves this one workspace, in which it is installed with its manifest: there is nothing to install from a link, or to remove, here. `,
    "To see that, with two workspaces, start the sandbox with ",
    h("code", {}, "fabric-bot sandbox --http"),
    ".",
  );
}

function buttons({ person, app, apps }, admin, refresh, redraw) {
  const install = h("a", { class: "button primary", href: apps.install_url }, apps.state === "absent" ? "Install…" : "Install again…");
  if (apps.state === "absent") return h("div", { class: "app-buttons" }, install);
  if (!admin) return h("p", { class: "app-note" }, "An administrator of the workspace can remove it.");
  const confirmed = (name, words, question) => {
    if (asked !== name) return h("button", { type: "button", class: "button", onclick: () => ((asked = name), redraw()) }, words);
    const yes = async () => {
      asked = "";
      const answer = await act(name, { person });
      if (answer.error) toast(answer.error);
      refresh();
    };
    return h(
      "span",
      { class: "app-question", role: "group", "aria-label": words },
      question,
      h("button", { type: "button", class: "button danger", onclick: yes }, "Yes"),
      h("button", { type: "button", class: "button", onclick: () => ((asked = ""), redraw()) }, "No"),
    );
  };
  return h(
    "div",
    { class: "app-buttons" },
    apps.state === "revoked" ? install : confirmed("revoke", "Revoke tokens", `Revoke ${app.name}'s tokens?`),
    confirmed("uninstall", "Remove app", `Remove ${app.name} from this workspace?`),
  );
}

function logged(each, app) {
  const failed = each.answer !== "ok" && each.answer !== "taken";
  return h(
    "li",
    { class: failed ? "failed" : "" },
    h("time", {}, timeText(each.time)),
    h("span", { class: "usage" }, each.way === "to" ? `Slack → ${app.name}` : `${app.name} → Slack`),
    h("code", {}, each.name),
    h("span", {}, each.answer),
  );
}
