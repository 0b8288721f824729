// Slack's mrkdwn: bold, italics, strike, code, quotes, lists, links, mentions, dates, emoji. Builds nodes, never markup.

import { h, link } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { emojiNode, emojiText } from "./icons.js";

const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

// Plain text as a string (for attributes and menus) and as nodes (for everything that is drawn).
export const plainText = (text) => withEmoji(unescape(text));
export const plainNodes = (text) => emojiText(unescape(text));

// A text object as nodes. Of one that is verbatim no bare addresses become links.
export const textNodes = (object, names) =>
  object.type === "mrkdwn"
    ? mrkdwn(object.text, { ...names, verbatim: object.verbatim })
    : [h("span", { class: "plain" }, plainNodes(object.text))];

// `names` resolves ids: { person(id), channel(id), open(channelId) }.
export function mrkdwn(text, names) {
  const nodes = [];
  for (const [index, part] of text.split(/```/).entries()) {
    if (index % 2) nodes.push(h("pre", {}, unescape(part.replace(/^\n|\n$/g, ""))));
    else nodes.push(...lines(part, names));
  }
  return nodes;
}

function lines(text, names) {
  const nodes = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length) nodes.push(h("blockquote", {}, quote));
    quote = [];
  };
  const all = text.replace(/^\n|\n$/g, "").split("\n");
  for (const [index, line] of all.entries()) {
    const quoted = /^\s*(?:&gt;|>)\s?(.*)$/.exec(line);
    if (quoted) {
      if (quote.length) quote.push(h("br"));
      quote.push(...inline(quoted[1], names));
      continue;
    }
    const afterQuote = quote.length > 0;
    endQuote();
    if (index && !afterQuote) nodes.push(h("br"));
    nodes.push(...inline(line, names));
  }
  endQuote();
  return nodes;
}

const PIECES = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\p{L}\\p{N}*])\\*(\\S(?:[^*\\n]*\\S)?)\\*(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])_(\\S(?:[^_\\n]*\\S)?)_(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}~])~(\\S(?:[^~\\n]*\\S)?)~(?![\\p{L}\\p{N}~])",
    ":([a-z0-9_+'-]+):",
    "(https?:\\/\\/[^\\s<>|]*[^\\s<>|.,;:!?)'\"])",
  ].join("|"),
  "gu",
);

function inline(text, names) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(PIECES)) {
    const [whole, code, angle, bold, italic, strike, name, bare] = match;
    if ((name && !emoji(name)) || (bare && names.verbatim)) continue;
    nodes.push(unescape(text.slice(end, match.index)));
    end = match.index + whole.length;
    if (code) nodes.push(h("code", {}, unescape(code)));
    else if (angle) nodes.push(special(angle, names));
    else if (bold) nodes.push(h("b", {}, inline(bold, names)));
    else if (italic) nodes.push(h("i", {}, inline(italic, names)));
    else if (strike) nodes.push(h("s", {}, inline(strike, names)));
    else if (bare) nodes.push(link(unescape(bare), unescape(bare)));
    else nodes.push(emojiNode(name));
  }
  nodes.push(unescape(text.slice(end)));
  return nodes.filter((node) => node !== "");
}

// What stands between angle brackets: a person, a channel, a group, a date or a link.
function special(content, names) {
  const [target, label] = splitOnce(content, "|");
  if (target.startsWith("@")) return mention(`@${names.person(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("#")) {
    const id = target.slice(1);
    return channelMention(id, names.channel(id) ?? label ?? id, names);
  }
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (target.startsWith("!")) return mention(`@${label ?? target.slice(1).split("^")[0]}`);
  return link(unescape(target), unescape(label ?? target.replace(/^mailto:/, "")));
}

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

export const mention = (text) => h("span", { class: "mention" }, text);

export const channelMention = (id, name, names) =>
  h("button", { type: "button", class: "mention", onclick: () => names.open(id) }, `#${name}`);

function dateNode(target, fallback) {
  const [, seconds, format, url] = target.split("^");
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return unescape(fallback ?? target);
  const text = formatDate(date, format);
  return url ? link(url, text) : h("time", { datetime: date.toISOString(), title: date.toLocaleString() }, text);
}

export function formatDate(date, format) {
  const with_ = (options) => date.toLocaleDateString(undefined, options);
  const clock = { hour: "2-digit", minute: "2-digit" };
  const parts = {
    date_num: () => with_({ year: "numeric", month: "2-digit", day: "2-digit" }),
    date_slash: () => with_({ year: "numeric", month: "2-digit", day: "2-digit" }),
    date: () => with_({ year: "numeric", month: "long", day: "numeric" }),
    date_short: () => with_({ year: "numeric", month: "short", day: "numeric" }),
    date_long: () => with_({ weekday: "long", year: "numeric", month: "long", day: "numeric" }),
    time: () => date.toLocaleTimeString(undefined, clock),
    time_secs: () => date.toLocaleTimeString(undefined, { ...clock, second: "2-digit" }),
    ago: () => ago(date),
  };
  const pretty = (name) => dayWord(date) ?? parts[name.replace("_pretty", "")]();
  return format.replace(/\{([a-z_]+)\}/g, (whole, name) =>
    name.endsWith("_pretty") ? pretty(name) : (parts[name]?.() ?? whole),
  );
}

function ago(date) {
  const minutes = Math.round((date - Date.now()) / 60000);
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return words.format(Math.round(minutes / 60), "hour");
  return words.format(Math.round(minutes / 1440), "day");
}

export function dayWord(date) {
  const day = (value) => new Date(value.getFullYear(), value.getMonth(), value.getDate()).getTime();
  const apart = Math.round((day(date) - day(new Date())) / 86400000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[apart];
}
