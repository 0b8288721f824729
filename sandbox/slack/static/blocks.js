// Blocks, as Slack lays them out. `context` is what the page knows: { state, names, titleOf, isAppChannel }.

import { freshId, h, safeUrl } from "./dom.js";
import { imageElement, renderElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { icon } from "./icons.js";
import { plainNodes, plainText, textNodes } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

export function renderBlocks(blocks, form, context, errors = {}) {
  return blocks.map((block) => {
    const inner = BLOCKS[block.type]?.(block, form, context, errors) ?? h("em", {}, `(${block.type})`);
    return h("div", { class: `block block-${block.type}` }, inner);
  });
}

const strip = (text) => plainText(text).replace(/[*_~`]/g, "").split("\n")[0];

function section(block, form, context) {
  const names = context.names;
  const text = block.text ? h("div", { class: "text" }, textNodes(block.text, names)) : "";
  const fields = block.fields
    ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textNodes(field, names))))
    : "";
  const at = { block, form, context, dispatches: true, label: block.text ? strip(block.text.text) : undefined };
  const accessory = block.accessory ? h("div", { class: "accessory" }, renderElement(block.accessory, at)) : "";
  return h("div", { class: "section" }, h("div", { class: "section-body" }, text, fields), accessory);
}

function actions(block, form, context) {
  return block.elements.map((element) => {
    const label = element.placeholder ? plainText(element.placeholder.text) : element.type.replace(/_/g, " ");
    return renderElement(element, { block, form, context, dispatches: true, label });
  });
}

function contextBlock(block, form, context) {
  return block.elements.map((element) =>
    element.type === "image" ? imageElement(element) : h("span", { class: "context-text" }, textNodes(element, context.names)),
  );
}

const GROUPS = ["checkboxes", "radio_buttons"];

function input(block, form, context, errors) {
  const error = errors[block.block_id];
  const label = plainText(block.label.text);
  const grouped = GROUPS.includes(block.element.type);
  const id = freshId("field");
  const at = { block, form, context, label, id: grouped ? undefined : id, dispatches: block.dispatch_action === true };
  const element = renderElement(block.element, at);
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : "";
  const hint = block.hint ? h("div", { class: "hint", id: `${id}-hint` }, plainText(block.hint.text)) : "";
  const described = [block.hint ? `${id}-hint` : "", error ? `${id}-error` : ""].join(" ").trim();
  const control = element.matches?.("input,textarea,select") ? element : element.querySelector("input,textarea,select");
  if (described) control?.setAttribute("aria-describedby", described);
  if (error) control?.setAttribute("aria-invalid", "true");
  return h(
    "div",
    { class: `field ${error ? "has-error" : ""}`, "data-block": block.block_id },
    grouped ? h("div", { class: "label" }, label, optional) : h("label", { class: "label", for: id }, label, optional),
    element,
    error ? h("div", { class: "field-error", id: `${id}-error` }, error) : "",
    hint,
  );
}

function image(block) {
  const title = block.title ? h("figcaption", {}, plainText(block.title.text)) : "";
  return h("figure", {}, title, h("img", { src: pictureUrl(block), alt: block.alt_text, loading: "lazy" }));
}

function pictureUrl(block) {
  return block.slack_file ? `/page/files/${encodeURIComponent(block.slack_file.id)}` : safeUrl(block.image_url);
}

const ALERTS = {
  default: "information_source",
  info: "information_source",
  warning: "warning",
  error: "no_entry",
  success: "white_check_mark",
};

function alert(block, form, context) {
  const level = block.level ?? "default";
  return h(
    "div",
    { class: `alert alert-${level}`, role: level === "error" ? "alert" : "note" },
    icon(ALERTS[level]),
    h("div", {}, textNodes(block.text, context.names)),
  );
}

function table(block, form, context) {
  const cell = (tag) => (value, index) => {
    const settings = block.column_settings?.[index] ?? {};
    const content = value.type === "rich_text" ? richText(value, context.names) : plainNodes(value.text);
    const wrapped = settings.is_wrapped ? "wrapped" : null;
    return h(tag, { class: wrapped, style: `text-align:${settings.align ?? "left"}` }, h("div", {}, content));
  };
  const [head, ...rows] = block.rows;
  const inner = h(
    "table",
    {},
    h("thead", {}, h("tr", {}, head.map(cell("th")))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell("td"))))),
  );
  // Wide tables scroll on their own, also by the keyboard.
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" }, inner);
}

const MARKS = { pending: "pending", in_progress: "in_progress", complete: "white_check_mark", error: "no_entry" };

function task(block, form, context) {
  const more = [block.details, block.output].filter(Boolean).map((part) => h("div", {}, richText(part, context.names)));
  const sources = (block.sources ?? []).map((source) =>
    h("a", { href: safeUrl(source.url), target: "_blank", rel: "noopener noreferrer" }, source.text ?? source.url),
  );
  return h(
    "div",
    { class: `task task-${block.status}` },
    h("span", { class: "task-mark", role: "img", "aria-label": block.status.replace("_", " ") }, icon(MARKS[block.status])),
    h("div", {}, h("div", { class: "task-title" }, plainNodes(block.title)), more, sources),
  );
}

function plan(block, form, context) {
  return h(
    "div",
    { class: "plan" },
    h("div", { class: "plan-title" }, plainText(block.title)),
    block.tasks.map((each) => task(each, form, context)),
  );
}

const BLOCKS = {
  section,
  actions,
  context: contextBlock,
  context_actions: actions,
  header: (block) => h("div", { class: "block-heading", role: "heading", "aria-level": "3" }, plainNodes(block.text.text)),
  divider: () => h("hr"),
  input,
  image,
  alert,
  table,
  plan,
  task_card: task,
  rich_text: (block, form, context) => richText(block, context.names),
  markdown: (block) => markdown(block.text),
};
