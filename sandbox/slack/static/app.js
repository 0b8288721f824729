// The page: keeps what the person looks at, loads the workspace's state after every change, and draws it.

import { act, loadState, watchChanges } from "./api.js";
import { drawApps } from "./apps.js";
import { renderBlocks } from "./blocks.js";
import { makeComposer } from "./composer.js";
import { h, toast } from "./dom.js";
import { makeFaults } from "./faults.js";
import { drawMessages } from "./messages.js";
import { renderModals, viewForm } from "./modal.js";
import { globalShortcuts } from "./shortcuts.js";
import { drawRail, drawSidebar, markSeen } from "./sidebar.js";

const $ = (selector) => document.querySelector(selector);
const query = new URLSearchParams(location.search);
const archived = /^\/archives\/([^/]+)\//.exec(location.pathname);

const look = {
  person: query.get("person") ?? localStorage.getItem("person") ?? "",
  channel: query.get("channel") ?? archived?.[1] ?? "",
  thread: "",
  tab: query.get("tab") ?? "home",
  apps: query.has("apps"),
};
let state = null;
let jump = true;
let homeHash = null;

function contextOf() {
  const people = new Map(state.people.map((person) => [person.id, person]));
  const channels = new Map(state.channels.map((channel) => [channel.id, channel]));
  const other = (channel) => channel.members.find((id) => id !== state.person) ?? state.person;
  const context = {
    state,
    people,
    isAppChannel: (channel) => channel.kind === "im" && channel.members.includes(state.app.bot),
    titleOf: (channel) => (channel.kind === "im" ? people.get(other(channel)).real_name : `#${channel.name}`),
    directWith: (id) => state.channels.find((channel) => channel.kind === "im" && other(channel) === id),
    names: {
      person: (id) => people.get(id)?.real_name,
      channel: (id) => channels.get(id)?.name,
      open: (id) => go(id),
    },
  };
  return context;
}

// Loading: one request at a time; changes that come meanwhile ask for one more.

let loading = false;
let again = false;

async function refresh() {
  if (loading) {
    again = true;
    return;
  }
  loading = true;
  try {
    do {
      again = false;
      const asked = { ...look };
      const loaded = await loadState(asked);
      if (asked.person !== look.person || asked.channel !== look.channel || asked.thread !== look.thread) {
        again = true; // the person went elsewhere meanwhile
        continue;
      }
      state = loaded;
      look.channel = state.channel;
      look.person = state.person;
      draw();
    } while (again);
  } catch {
    $(".connection").textContent = "The sandbox does not answer";
  } finally {
    loading = false;
  }
}

async function go(channel, withPerson = null) {
  if (withPerson) channel = (await act("direct", { person: state.person, with: withPerson })).channel;
  if (!channel) return;
  const isApp = channel === state.app.channel;
  Object.assign(look, { channel, thread: "", apps: false });
  jump = true;
  document.body.classList.remove("menu-open");
  await refresh();
  if (isApp) tellTab();
}

function openApps() {
  Object.assign(look, { thread: "", apps: true });
  document.body.classList.remove("menu-open");
  refresh();
}

function openTab(tab) {
  look.tab = tab;
  jump = true;
  draw();
  tellTab();
}

const tellTab = () => act("home", { person: state.person, tab: look.tab });

function openThread(ts) {
  look.thread = ts;
  refresh();
}

// Drawing

function draw() {
  const context = contextOf();
  const channel = state.channels.find((each) => each.id === state.channel);
  if (!look.apps) markSeen(state.person, channel);
  const url = new URLSearchParams({ person: state.person, channel: state.channel });
  if (look.apps) url.set("apps", "");
  else if (channel.id === state.app.channel) url.set("tab", look.tab);
  history.replaceState(null, "", `/?${url}`);
  localStorage.setItem("person", state.person);
  document.title = `${look.apps ? "Apps" : context.titleOf(channel)} · ${state.team}`;
  drawTop();
  drawRail($(".rail"), state.workspaces);
  drawSidebar($(".sidebar"), context, go, openApps, look.apps);
  drawConversation(context, channel);
  drawThread(context, channel);
  renderModals(context, refresh);
  if (!$(".faults").hidden) faults.update(state);
  jump = false;
}

function drawTop() {
  $(".team").textContent = state.team;
  const connection = $(".connection");
  const trouble = { absent: "not installed", revoked: "without tokens" }[state.apps.state] ?? (state.app.connected ? "" : "not connected");
  connection.textContent = trouble && `${state.app.name} is ${trouble}`;
  connection.classList.toggle("off", Boolean(trouble));
  const netvisor = $(".netvisor");
  netvisor.hidden = !state.netvisor_url;
  netvisor.href = state.netvisor_url;
  const select = $(".person-switch select");
  const people = state.people.filter((person) => !person.is_bot);
  if (select.options.length !== people.length) {
    select.replaceChildren(...people.map((person) => h("option", { value: person.id }, `${person.real_name} (${person.role})`)));
  }
  select.value = state.person;
}

const parts = { key: "", list: null, home: null };

function drawConversation(context, channel) {
  if (look.apps) {
    drawApps($(".conversation"), context, refresh);
    parts.key = "apps";
    return;
  }
  const isApp = channel.id === state.app.channel;
  if (isApp && !state.app.home_tab) look.tab = "messages";
  const key = `${state.person} ${channel.id} ${isApp ? look.tab : ""} ${channel.is_member} ${channel.members.includes(state.app.bot)} ${state.app.installed}`;
  if (parts.key !== key) {
    buildConversation(context, channel, isApp);
    parts.key = key;
    homeHash = null;
  }
  if (isApp && look.tab === "home") drawHome(context);
  else {
    drawMessages(parts.list, state.messages, context, { channel: channel.id, jump }, openThread);
    if (state.messages.length === 0 && !isApp) parts.list.replaceChildren(beginning(context, channel));
    drawPrompts(isApp);
  }
}

function buildConversation(context, channel, isApp) {
  const main = $(".conversation");
  const title = isApp ? state.app.name : context.titleOf(channel);
  const head = h(
    "div",
    { class: "conversation-head" },
    h("h1", {}, title),
    channel.topic ? h("span", { class: "topic" }, channel.topic) : "",
    channel.kind === "im" ? "" : h("span", { class: "members" }, `${channel.members.length} members`),
  );
  if (isApp && state.app.home_tab && state.app.messages_tab) {
    const tab = (name, words) =>
      h("button", { type: "button", role: "tab", "aria-selected": String(look.tab === name), onclick: () => openTab(name) }, words);
    head.append(h("div", { class: "tabs", role: "tablist" }, tab("home", "Home"), tab("messages", "Messages")));
  }
  if (isApp && look.tab === "home") {
    parts.home = h("div", { class: "home", role: "tabpanel", "aria-label": "Home" });
    main.replaceChildren(head, parts.home);
    return;
  }
  parts.list = h("div", { class: "messages", role: "log", "aria-label": "Messages", tabindex: "0" });
  const target = () => ({ person: state.person, channel: state.channel });
  const composer = makeComposer("Message", `Message ${title}`, target, () => state.commands, refresh, globalShortcuts(state));
  main.replaceChildren(head, parts.list, h("div", { class: "prompts" }), footer(channel, composer));
  jump = true;
}

function beginning(context, channel) {
  const [command] = state.app.installed ? state.commands : [];
  const hint = command && channel.kind !== "im" ? `Type ${command.command} to see what ${state.app.name} can do.` : "";
  return h("p", { class: "empty-home" }, `This is the beginning of ${context.titleOf(channel)}. ${hint}`);
}

function footer(channel, composer) {
  const join = (body, words, text) =>
    h(
      "div",
      { class: "join" },
      text,
      h("button", { type: "button", class: "button", onclick: () => act("join", { channel: channel.id, person: state.person, ...body }).then(refresh) }, words),
    );
  if (channel.is_archived) return h("div", { class: "join" }, "This channel is archived.");
  if (!channel.is_member) return join({}, "Join channel", `You are looking at #${channel.name}. `);
  if (channel.id === state.app.channel && !state.app.installed) return absent();
  const invite = state.app.installed && channel.kind !== "im" && !channel.members.includes(state.app.bot);
  return h("div", {}, invite ? join({ bot: true }, `Add ${state.app.name}`, `${state.app.name} is not in this channel. `) : "", composer);
}

function absent() {
  const words = `${state.app.name} is not installed in this workspace. `;
  return h("div", { class: "join" }, words, h("button", { type: "button", class: "button", onclick: openApps }, "Apps"));
}

function drawPrompts(isApp) {
  const node = $(".prompts");
  const shown = isApp && state.messages.length === 0 ? state.app.prompts : [];
  const say = (prompt) => act("send", { person: state.person, channel: state.channel, text: prompt.message }).then(refresh);
  node.replaceChildren(...shown.map((prompt) => h("button", { type: "button", class: "button", onclick: () => say(prompt) }, prompt.title)));
}

let homeForm = null;

function drawHome(context) {
  const view = state.home;
  if (view && homeHash === view.hash) return;
  if (!state.app.installed) {
    parts.home.replaceChildren(absent());
    return;
  }
  if (!view) {
    parts.home.replaceChildren(h("p", { class: "empty-home" }, `${state.app.name} has put nothing here yet.`));
    return;
  }
  const form = viewForm(view, { home: true }, context);
  if (homeForm) form.keepFrom(homeForm);
  homeForm = form;
  homeHash = view.hash;
  parts.home.replaceChildren(h("div", { class: "home-body" }, renderBlocks(view.blocks, form, context)));
}

const thread = { key: "", list: null };

function drawThread(context, channel) {
  const panel = $(".thread");
  panel.hidden = !state.thread;
  if (!state.thread) {
    thread.key = "";
    return;
  }
  const key = `${state.person} ${channel.id} ${state.thread.ts}`;
  if (thread.key !== key) {
    thread.key = key;
    thread.list = h("div", { class: "messages" });
    const target = () => ({ person: state.person, channel: state.channel, thread: look.thread });
    const close = () => openThread("");
    panel.replaceChildren(
      h(
        "div",
        { class: "conversation-head" },
        h("h1", {}, "Thread"),
        h("span", { class: "topic" }, context.titleOf(channel)),
        h("button", { type: "button", class: "dismiss", "aria-label": "Close thread", onclick: close }, "✕"),
      ),
      thread.list,
      makeComposer("Reply", "Reply…", target, () => [], refresh),
    );
  }
  drawMessages(thread.list, state.thread.messages, context, { channel: channel.id, inThread: true }, openThread);
}

// Starting

const faults = makeFaults(refresh);
$(".faults-button").addEventListener("click", () => {
  const drawer = $(".faults");
  drawer.hidden = !drawer.hidden;
  drawer.replaceChildren(...(drawer.hidden ? [] : [faults.root]));
  faults.update(state);
});
$(".menu-button").addEventListener("click", () => document.body.classList.toggle("menu-open"));
$(".person-switch select").addEventListener("change", async (event) => {
  const wasApp = state.channel === state.app.channel;
  Object.assign(look, { person: event.target.value, thread: "" });
  if (wasApp || !state.channels.find((each) => each.id === state.channel)?.name) look.channel = "";
  jump = true;
  await refresh();
  if (wasApp) await go(state.app.channel);
});
addEventListener("error", (event) => toast(`The page has an error: ${event.message}`));
await refresh();
if (query.has("app")) await go(state.app.channel); // a link to the app itself
else if (state?.channel === state?.app.channel && !look.apps) tellTab();
watchChanges(refresh);
