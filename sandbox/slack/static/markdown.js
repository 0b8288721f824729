// Standard Markdown for the markdown block: headings, lists, tables, quotes, code, links and emphasis.

import { h, link } from "./dom.js";
import { emojiText } from "./icons.js";

export function markdown(text) {
  const nodes = [];
  const lines = text.split("\n");
  let at = 0;
  const take = (matches) => {
    const taken = [];
    while (at < lines.length && matches(lines[at])) taken.push(lines[at++]);
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at];
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (/^```/.test(line)) {
      at += 1;
      const code = take((each) => !/^```/.test(each));
      at += 1;
      nodes.push(h("pre", {}, code.join("\n")));
    } else if (heading) {
      at += 1;
      nodes.push(h("div", { class: `heading heading-${heading[1].length}`, role: "heading" }, inline(heading[2])));
    } else if (/^\s*(---|\*\*\*|___)\s*$/.test(line)) {
      at += 1;
      nodes.push(h("hr"));
    } else if (/^\s*>/.test(line)) {
      const quoted = take((each) => /^\s*>/.test(each)).map((each) => each.replace(/^\s*>\s?/, ""));
      nodes.push(h("blockquote", {}, markdown(quoted.join("\n"))));
    } else if (/^\s*([-*+]|\d+[.)])\s+/.test(line)) {
      nodes.push(list(take((each) => /^\s*([-*+]|\d+[.)])\s+/.test(each))));
    } else if (/^\s*\|.*\|\s*$/.test(line)) {
      nodes.push(table(take((each) => /^\s*\|.*\|\s*$/.test(each))));
    } else if (line.trim() === "") {
      at += 1;
    } else {
      const paragraph = take((each) => each.trim() !== "" && !/^(#{1,6}\s|```|\s*>|\s*([-*+]|\d+[.)])\s)/.test(each));
      if (!paragraph.length) paragraph.push(lines[at++]);
      nodes.push(h("p", {}, paragraph.flatMap((each, index) => [index ? h("br") : "", ...inline(each)])));
    }
  }
  return nodes;
}

function list(lines) {
  const ordered = /^\s*\d/.test(lines[0]);
  const items = lines.map((line) => {
    const task = /^\s*[-*+]\s+\[([ xX])\]\s+(.*)$/.exec(line);
    const text = task ? task[2] : line.replace(/^\s*([-*+]|\d+[.)])\s+/, "");
    const depth = Math.floor(/^\s*/.exec(line)[0].length / 2);
    const box = task ? h("input", { type: "checkbox", disabled: true, checked: task[1] !== " " }) : "";
    return h("li", { style: `margin-left:${depth * 1.2}em` }, box, inline(text));
  });
  return h(ordered ? "ol" : "ul", {}, items);
}

function table(lines) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const rows = lines.filter((line) => !/^[\s|:-]+$/.test(line)).map(cells);
  const row = (tag) => (each) => h("tr", {}, each.map((cell) => h(tag, {}, inline(cell))));
  return h("table", {}, h("thead", {}, rows.slice(0, 1).map(row("th"))), h("tbody", {}, rows.slice(1).map(row("td"))));
}

// Slack decodes these three entities in Markdown as well.
const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

const PIECES =
  /\\([!-/:-@[-`{-~])|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|(?<![\w*])\*([^*\s][^*]*)\*|(?<![\w_])_([^_\s][^_]*)_(?!\w)|(https?:\/\/[^\s<>)]+)/g;

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(PIECES)) {
    const [whole, escaped, code, label, url, bold, bold2, strike, italic, italic2, bare] = match;
    nodes.push(...emojiText(unescape(text.slice(end, match.index))));
    end = match.index + whole.length;
    if (escaped) nodes.push(escaped);
    else if (code) nodes.push(h("code", {}, code));
    else if (label) nodes.push(link(url, inline(label)));
    else if (bold ?? bold2) nodes.push(h("b", {}, inline(bold ?? bold2)));
    else if (strike) nodes.push(h("s", {}, inline(strike)));
    else if (italic ?? italic2) nodes.push(h("i", {}, inline(italic ?? italic2)));
    else nodes.push(link(bare, bare));
  }
  nodes.push(...emojiText(unescape(text.slice(end))));
  return nodes;
}
