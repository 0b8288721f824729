// Lists of messages. A message that did not change keeps its node, so that an open menu or a typed value survives.

import { act } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { emojiNode, icon } from "./icons.js";
import { Form } from "./form.js";
import { dayWord, mrkdwn } from "./mrkdwn.js";
import { messageShortcuts } from "./shortcuts.js";

const GROUP_SECONDS = 300;

export function avatar(person, app) {
  const color = person.is_app ? app.color : `#${person.color}`;
  const letters = person.real_name.split(" ").map((word) => word[0]).slice(0, 2).join("");
  return h("span", { class: "avatar", style: `background:${color}`, "aria-hidden": "true" }, letters);
}

const dateOf = (message) => new Date(Number(message.ts) * 1000);
const timeText = (date) => date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });

function dayText(date) {
  const word = dayWord(date);
  if (word) return word[0].toUpperCase() + word.slice(1);
  return date.toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" });
}

// Draws messages into a list; `place` is { channel, inThread }, `openThread` is called with a time stamp.
export function drawMessages(list, messages, context, place, openThread) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const nodes = [];
  let before = null;
  for (const message of messages) {
    const day = dayText(dateOf(message));
    if (!place.inThread && (!before || day !== dayText(dateOf(before)))) {
      const key = `day ${day}`;
      nodes.push(old.get(key) ?? h("div", { class: "day", "data-key": key }, h("span", {}, day)));
    }
    const grouped =
      before?.user === message.user && message.ts - before.ts < GROUP_SECONDS && !message.is_ephemeral && !before.is_ephemeral;
    const key = `${message.ts} ${grouped} ${hashOf(message)}`;
    nodes.push(old.get(key) ?? draw(message, key, grouped, context, place, openThread));
    before = message;
  }
  if (nodes.length !== list.children.length || nodes.some((node, index) => list.children[index] !== node)) {
    list.replaceChildren(...nodes);
    if (atEnd || place.jump) list.scrollTop = list.scrollHeight;
  }
}

function hashOf(message) {
  let hash = 0;
  for (const letter of JSON.stringify(message)) hash = (hash * 31 + letter.codePointAt(0)) | 0;
  return hash;
}

function draw(message, key, grouped, context, place, openThread) {
  const person = context.people.get(message.user);
  const date = dateOf(message);
  const form = messageForm(message, context, place);
  const edited = message.edited ? h("span", { class: "edited" }, " (edited)") : "";
  const body = message.blocks
    ? [renderBlocks(message.blocks, form, context), edited]
    : h("div", { class: "text" }, mrkdwn(message.text, context.names), edited);
  const head = grouped
    ? ""
    : h(
        "div",
        { class: "message-head" },
        h("b", { class: "author" }, person.real_name),
        person.is_bot ? h("span", { class: "app-badge" }, "APP") : "",
        h("time", { datetime: date.toISOString() }, timeText(date)),
      );
  const replies = !place.inThread && message.reply_count
    ? h(
        "button",
        { type: "button", class: "replies", onclick: () => openThread(message.ts) },
        message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`,
      )
    : "";
  const status = agentStatus(message, context, place);
  const reply = () => h("button", { type: "button", "aria-label": "Reply in thread", title: "Reply in thread", onclick: () => openThread(message.ts) }, icon("reply"));
  const more = message.is_ephemeral ? "" : messageShortcuts(context.state, place.channel, message.ts);
  const tools = message.is_ephemeral || (place.inThread && !more)
    ? ""
    : h("div", { class: "message-tools" }, place.inThread ? "" : reply(), more);
  return h(
    "article",
    {
      class: `message ${grouped ? "grouped" : ""} ${message.is_ephemeral ? "ephemeral" : ""} ${message.streaming_state === "in_progress" ? "streaming" : ""}`,
      "data-key": key,
      "data-ts": message.ts,
    },
    grouped ? h("time", { class: "side-time", datetime: date.toISOString() }, timeText(date)) : avatar(person, context.state.app),
    h(
      "div",
      { class: "message-body" },
      message.is_ephemeral ? h("div", { class: "only-you" }, icon("eye"), " Only visible to you") : "",
      head,
      body,
      fileCards(message),
      message.unresponsive ? h("div", { class: "unresponsive", role: "alert" }, icon("warning"), " The app did not respond.") : "",
      reactions(message),
      replies,
      status,
    ),
    tools,
  );
}

// Under the message that an agent works on: its status, and while its session is processing the button that stops it.
function agentStatus(message, context, place) {
  if (!message.status && !message.processing) return "";
  const words = `${context.state.app.name} ${message.status || "is thinking…"}`;
  const stop = () => act("stop", { person: context.state.person, channel: place.channel, thread: message.ts });
  const button = message.processing ? h("button", { type: "button", class: "button", onclick: stop }, "Stop") : "";
  return h("div", { class: "agent-status", role: "status" }, h("span", {}, words), button);
}

const sizeText = (bytes) => (bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

function fileCards(message) {
  if (!message.files) return "";
  const picture = (file) =>
    h("figure", { class: "picture" }, h("figcaption", {}, file.title), h("img", { src: `/page/files/${file.id}`, alt: file.alt_txt ?? file.title }));
  const card = (file) =>
    h(
      "a",
      { class: "file", href: `/page/files/${file.id}`, download: file.name, "aria-label": `Download ${file.name}` },
      h("span", { class: "file-kind", "aria-hidden": "true" }, file.filetype.toUpperCase().slice(0, 4)),
      h("span", { class: "file-text" }, h("b", {}, file.title), h("span", { class: "file-detail" }, `${file.pretty_type} · ${sizeText(file.size)}`)),
    );
  return h("div", { class: "files" }, message.files.map((file) => (file.mimetype.startsWith("image/") ? picture(file) : card(file))));
}

function reactions(message) {
  if (!message.reactions) return "";
  const one = (reaction) => h("span", { class: "reaction" }, emoji(reaction.name) ? emojiNode(reaction.name) : `:${reaction.name}:`, ` ${reaction.count}`);
  return h("div", { class: "reactions" }, message.reactions.map(one));
}

// A message's own form: its menus and choices start from what the blocks say.
function messageForm(message, context, place) {
  const at = { channel: place.channel, message: message.ts };
  const body = (element, block) => ({
    person: context.state.person,
    ...at,
    action_id: element.action_id,
    block_id: block.block_id,
  });
  const form = new Form(at, {}, (element, block, value) => act("click", { ...body(element, block), value, values: form.values }));
  form.suggest = (element, block, text) => act("suggest", { ...body(element, block), text });
  for (const block of message.blocks ?? []) {
    for (const element of [...(block.elements ?? []), block.accessory, block.element]) {
      const first = element && initial(element, form);
      if (first !== undefined && first !== null) form.set(block.block_id, element.action_id, first, element.type);
    }
  }
  return form;
}

function initial(element, form) {
  const remember = (option) => {
    form.labels[option.value] = option.text.text;
    return option.value;
  };
  if (element.initial_option) return remember(element.initial_option);
  if (element.initial_options) return element.initial_options.map(remember);
  const key = Object.keys(element).find((name) => name.startsWith("initial_"));
  return key && element[key];
}
