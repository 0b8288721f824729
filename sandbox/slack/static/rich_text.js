// Rich text: sections, lists, quotes and preformatted text made of styled pieces.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { emojiNode } from "./icons.js";
import { channelMention, formatDate, mention } from "./mrkdwn.js";

export function richText(block, names) {
  return block.elements.map((part) => {
    if (part.type === "rich_text_list") {
      const tag = part.style === "ordered" ? "ol" : "ul";
      const items = part.elements.map((item) => h("li", {}, pieces(item, names)));
      return h(tag, { style: `margin-left:${(part.indent ?? 0) * 1.4}em`, start: (part.offset ?? 0) + 1 }, items);
    }
    if (part.type === "rich_text_preformatted") return h("pre", {}, pieces(part, names));
    if (part.type === "rich_text_quote") return h("blockquote", {}, pieces(part, names));
    return h("div", { class: "rich-section" }, pieces(part, names));
  });
}

function pieces(part, names) {
  return part.elements.map((piece) => styled(node(piece, names), piece.style ?? {}));
}

function node(piece, names) {
  switch (piece.type) {
    case "text":
      return h("span", { class: "rich" }, piece.text);
    case "link":
      return link(piece.url, piece.text ?? piece.url);
    case "emoji":
      return emoji(piece.name) ? emojiNode(piece.name) : h("span", {}, `:${piece.name}:`);
    case "user":
      return mention(`@${names.person(piece.user_id) ?? piece.user_id}`);
    case "channel":
      return channelMention(piece.channel_id, names.channel(piece.channel_id) ?? piece.channel_id, names);
    case "broadcast":
      return mention(`@${piece.range}`);
    case "date":
      return h("time", {}, formatDate(new Date(piece.timestamp * 1000), piece.format));
    default:
      return h("span", {}, piece.value ?? piece.usergroup_id ?? "");
  }
}

function styled(inner, style) {
  const tags = { code: "code", strike: "s", italic: "i", bold: "b", underline: "u", highlight: "mark" };
  for (const [name, tag] of Object.entries(tags)) if (style[name]) inner = h(tag, {}, inner);
  return inner;
}
