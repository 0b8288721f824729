// Drawn icons: those of the page itself, and the emoji that apps use most, so that they look the same on a machine
// without an emoji font. Each is a list of [tag, attributes] in a 20 by 20 box.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";

const line = (d, color = "currentColor", width = 2) => [
  "path",
  { d, fill: "none", stroke: color, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" },
];
const fill = (d, color = "currentColor") => ["path", { d, fill: color }];
const circle = (color, r = 8, cx = 10, cy = 10) => ["circle", { cx, cy, r, fill: color }];
const square = (color) => ["rect", { x: 1.5, y: 1.5, width: 17, height: 17, rx: 4, fill: color }];
const glyph = (text, color) => [
  "text",
  { x: 10, y: 15.4, "text-anchor": "middle", "font-size": 15, "font-weight": 900, fill: color, text },
];
const HOURGLASS = [
  fill("M5 2h10v3c0 2-3 4-4 5 1 1 4 3 4 5v3H5v-3c0-2 3-4 4-5-1-1-4-3-4-5z", "#f3d9a4"),
  line("M4.5 2h11M4.5 18h11", "#7a5430"),
  fill("M7.5 16.5c.4-1.7 1.7-2.6 2.5-3.3.8.7 2.1 1.6 2.5 3.300z", "#c98a3a"),
];

const THUMB = "M2 9h3.500v8.500H2zM6.500 9.500L10 2c1.800 0 2.500 1.200 2.200 2.800L11.700 8H16c1.300 0 2 1 1.700 2.200l-1.400 5.800c-.3 1-1 1.500-2 1.500H6.500z";

const ICONS = {
  lock: [line("M6 9V6.500a4 4 0 0 1 8 0V9", "currentColor", 1.8), ["rect", { x: 4, y: 9, width: 12, height: 8.5, rx: 2, fill: "currentColor" }]],
  eye: [line("M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10z", "currentColor", 1.5), circle("currentColor", 2.6)],
  reply: [line("M3 4.500h14v9H9.500L6 16.500v-3H3z", "currentColor", 1.6)],
  lightning: [fill("M11.500 1.500L4 11.500h5l-1 7 8-10.500h-5.500z")],
  more: [circle("currentColor", 1.7, 10, 4), circle("currentColor", 1.7, 10, 10), circle("currentColor", 1.7, 10, 16)],
  in_progress: [["circle", { cx: 10, cy: 10, r: 7, fill: "none", stroke: "#c9c9c9", "stroke-width": 2.5 }], line("M10 3a7 7 0 0 1 7 7", "#1264a3", 2.5)],
  pending: [["circle", { cx: 10, cy: 10, r: 7, fill: "none", stroke: "#b0b0b0", "stroke-width": 1.8 }]],
};

const EMOJI = {
  white_check_mark: [square("#2e9e4f"), line("M5.5 10.500l3 3 6-7", "#fff", 2.4)],
  heavy_check_mark: [line("M4 11l4 4 8-10", "#2e9e4f", 3)],
  ballot_box_with_check: [square("#3b82c4"), line("M5.5 10.500l3 3 6-7", "#fff", 2.4)],
  x: [line("M4.5 4.500l11 11M15.5 4.500l-11 11", "#d1263f", 3.2)],
  no_entry: [circle("#d1263f", 8.5), ["rect", { x: 4.5, y: 8.3, width: 11, height: 3.4, rx: 1, fill: "#fff" }]],
  no_entry_sign: [["circle", { cx: 10, cy: 10, r: 7.2, fill: "none", stroke: "#d1263f", "stroke-width": 2.6 }], line("M5 5l10 10", "#d1263f", 2.6)],
  warning: [fill("M10 1.500L19 17.500H1z", "#f5b83d"), line("M10 7.500v4.5", "#3b2b05", 2), circle("#3b2b05", 1.2, 10, 15)],
  information_source: [square("#3b82c4"), circle("#fff", 1.4, 10, 5.8), line("M10 9.500v5.5", "#fff", 2.4)],
  question: [glyph("?", "#d1263f")],
  grey_question: [glyph("?", "#8a898a")],
  exclamation: [glyph("!", "#d1263f")],
  hourglass: HOURGLASS,
  hourglass_flowing_sand: HOURGLASS,
  mag: [["circle", { cx: 8.2, cy: 8.2, r: 5.5, fill: "#d9ecf7", stroke: "#4a4a4a", "stroke-width": 2 }], line("M12.5 12.500l5 5", "#8a5a2b", 3)],
  tada: [
    fill("M2 18.500l4.5-12 7 7z", "#f0b429"),
    line("M12 6c1-2 0-3 1-4.500M14 8c2-1 3 0 4.5-1.5", "#e0457b", 1.6),
    circle("#2e9e4f", 1.1, 16, 11.5), circle("#3b82c4", 1.1, 9, 3), circle("#d1263f", 1.1, 16.5, 3.5), circle("#8b5cf6", 1, 17.5, 15),
  ],
  star: [fill("M10 1.500l2.600 5.600 6.100.700-4.500 4.200 1.200 6.100L10 15.100l-5.400 3 1.200-6.100L1.300 7.800l6.100-.700z", "#f0b429")],
  inbox_tray: [fill("M2 11h4.500l1 2.500h5l1-2.500H18v7H2z", "#6b87a8"), line("M10 1.500v7.500M6.700 6l3.300 3.300L13.300 6", "#d1263f", 2)],
  "+1": [fill(THUMB, "#e0a92e")],
  "-1": [["path", { d: THUMB, fill: "#e0a92e", transform: "rotate(180 10 10)" }]],
  speech_balloon: [fill("M2 3h16v11h-9l-4 4v-4H2z", "#b9c9d6"), line("M5.5 7h9M5.500 10h6", "#4a5b68", 1.5)],
  robot_face: [
    ["rect", { x: 3, y: 5, width: 14, height: 12, rx: 3, fill: "#8fa6b5" }],
    line("M10 5V2M7 14h6", "#4a5b68", 1.6),
    circle("#fff", 2, 7.2, 9.5), circle("#fff", 2, 12.8, 9.5), circle("#1d1c1d", 0.9, 7.2, 9.5), circle("#1d1c1d", 0.9, 12.8, 9.5),
  ],
  arrow_right: [square("#3b82c4"), line("M5 10h10M11 6l4 4-4 4", "#fff", 2)],
  wastebasket: [line("M3.5 5.500h13M8 5V3h4v2", "#6b6b6b", 1.6), fill("M5 7h10l-1 11.500H6z", "#a3a3a3"), line("M8 9.500v6M12 9.500v6", "#fff", 1.2)],
  sunny: [circle("#f5b83d", 4.5), line("M10 1.500v2M10 16.500v2M1.5 10h2M16.5 10h2M4 4l1.4 1.400M14.6 14.600L16 16M16 4l-1.4 1.400M5.4 14.600L4 16", "#f5b83d", 1.8)],
  double_vertical_bar: [square("#3b82c4"), line("M7.5 6v8M12.5 6v8", "#fff", 2.6)],
  lock: [line("M6 9V6.500a4 4 0 0 1 8 0V9", "#7d7d7d", 2), ["rect", { x: 4, y: 9, width: 12, height: 8.5, rx: 2, fill: "#f0b429" }]],
  key: [["circle", { cx: 6, cy: 7, r: 3.6, fill: "none", stroke: "#d9a321", "stroke-width": 2.2 }], line("M8.7 9.500l8 7M14 14l1.8-2", "#d9a321", 2.2)],
  bulb: [fill("M10 1.500a6 6 0 0 1 3.5 10.800V14h-7v-1.700A6 6 0 0 1 10 1.500z", "#f7cf4d"), line("M7.5 16h5M8.5 18.300h3", "#7d7d7d", 1.6)],
  bar_chart: [["rect", { x: 2, y: 10, width: 4, height: 8, fill: "#2e9e4f" }], ["rect", { x: 8, y: 5, width: 4, height: 13, fill: "#d1263f" }], ["rect", { x: 14, y: 2, width: 4, height: 16, fill: "#3b82c4" }]],
  red_circle: [circle("#d1263f")],
  large_green_circle: [circle("#2e9e4f")],
  large_yellow_circle: [circle("#f5c93d")],
  large_orange_circle: [circle("#f08a24")],
  large_blue_circle: [circle("#3b82c4")],
  white_circle: [["circle", { cx: 10, cy: 10, r: 7.3, fill: "#fff", stroke: "#b0b0b0", "stroke-width": 1.4 }]],
};

function draw(shapes) {
  const space = "http://www.w3.org/2000/svg";
  const root = document.createElementNS(space, "svg");
  const attributes = { viewBox: "0 0 20 20", "aria-hidden": "true", class: "drawn" };
  for (const [name, value] of Object.entries(attributes)) root.setAttribute(name, value);
  for (const [tag, { text, ...shape }] of shapes) {
    const node = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(shape)) node.setAttribute(name, value);
    if (text) node.textContent = text;
    root.append(node);
  }
  return root;
}

export const icon = (name) => draw(ICONS[name] ?? EMOJI[name]);

// An emoji by its shortcode. A drawn one keeps its character in the text, for copying and for searching.
export function emojiNode(name) {
  const character = emoji(name);
  const drawn = EMOJI[name];
  const inner = drawn ? [h("span", { class: "glyph" }, character), draw(drawn)] : character;
  return h("span", { class: "emoji", title: `:${name}:` }, inner);
}

// Text with its :shortcodes: as emoji.
export function emojiText(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(/:([a-z0-9_+'-]+):/g)) {
    if (!emoji(match[1])) continue;
    nodes.push(text.slice(end, match.index), emojiNode(match[1]));
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}
