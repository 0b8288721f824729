// Interactive elements. Each renderer takes the element and where it stands and returns a node.
//
// `at` is { block, form, context, label, dispatches }: the block, the form that keeps values, what the page knows, the
// accessible name, and whether a change is sent to the app at once.

import { freshId, h, safeUrl, spinner, toast } from "./dom.js";
import { openConfirm, openMenu } from "./popups.js";
import { plainNodes, plainText, textNodes } from "./mrkdwn.js";
import { combobox } from "./combobox.js";
import { emojiNode } from "./icons.js";


export function renderElement(element, at) {
  const renderer = RENDERERS[element.type];
  return renderer ? renderer(element, at) : h("em", {}, `(${element.type})`);
}

async function dispatch(element, at, value) {
  if (element.confirm && !(await openConfirm(element.confirm, at.context.names))) return false;
  const answer = await at.form.send(element, at.block, value);
  if (answer.notice) toast(answer.notice);
  if (answer.error) toast(answer.error);
  return true;
}

function changed(element, at, value) {
  at.form.set(at.block.block_id, element.action_id, value, element.type);
  if (at.dispatches) dispatch(element, at, value);
}

const current = (element, at) => at.form.get(at.block.block_id, element.action_id);

function button(element, at) {
  const url = element.url && safeUrl(element.url);
  const node = h(
    url ? "a" : "button",
    {
      class: `button ${element.style ?? ""}`,
      type: url ? undefined : "button",
      role: url ? "button" : undefined,
      href: url,
      target: url ? "_blank" : undefined,
      rel: url ? "noopener noreferrer" : undefined,
      "aria-label": element.accessibility_label,
    },
    plainNodes(element.text.text),
  );
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy")) return;
    node.setAttribute("aria-busy", "true");
    const wait = spinner();
    node.append(wait);
    await dispatch(element, at, element.value);
    wait.remove();
    node.removeAttribute("aria-busy");
  });
  return node;
}

function overflow(element, at) {
  const node = h("button", { type: "button", class: "button overflow", "aria-label": "More actions" }, "⋯");
  node.addEventListener("click", () =>
    openMenu(
      node,
      element.options.map((option) => ({
        text: plainText(option.text.text),
        detail: option.description ? plainText(option.description.text) : "",
        url: option.url,
        choose: () => dispatch(element, at, option.value),
      })),
    ),
  );
  return node;
}

const allOptions = (element) => element.options ?? element.option_groups.flatMap((group) => group.options);

function optionNodes(element) {
  const one = (option) => h("option", { value: option.value }, plainText(option.text.text));
  if (element.options) return element.options.map(one);
  return element.option_groups.map((group) =>
    h("optgroup", { label: plainText(group.label.text) }, group.options.map(one)),
  );
}

// A native select: best for keyboards, screen readers and phones. The chosen option's description shows below it.
function nativeSelect(element, at, options, describe = () => "") {
  const placeholder = element.placeholder ? plainText(element.placeholder.text) : "Choose an option";
  const detail = h("div", { class: "option-detail" });
  const node = h("select", { class: "select", id: at.id, "aria-label": at.id ? undefined : at.label ?? placeholder });
  node.append(h("option", { value: "" }, placeholder), ...options);
  node.value = current(element, at) ?? "";
  if (node.selectedIndex < 0) node.value = "";
  const show = () => {
    node.classList.toggle("empty", node.value === "");
    detail.textContent = describe(node.value);
  };
  show();
  node.addEventListener("change", () => {
    show();
    changed(element, at, node.value || null);
  });
  return h("div", { class: "select-box" }, node, detail);
}

function staticSelect(element, at) {
  const describe = (value) => {
    const option = allOptions(element).find((each) => each.value === value);
    return option?.description ? plainText(option.description.text) : "";
  };
  return nativeSelect(element, at, optionNodes(element), describe);
}

// A select of several: what is chosen stands as chips, and a select (or search box) adds to it.
function chips(element, at, labelOf, adder) {
  const box = h("div", { class: "chips" });
  const chosen = () => current(element, at) ?? [];
  const draw = () => {
    box.replaceChildren(
      ...chosen().map((value) =>
        h(
          "span",
          { class: "chip" },
          labelOf(value),
          h("button", { type: "button", "aria-label": `Remove ${labelOf(value)}`, onclick: () => update(value) }, "✕"),
        ),
      ),
    );
  };
  const update = (value) => {
    const now = chosen();
    const next = now.includes(value) ? now.filter((each) => each !== value) : [...now, value];
    changed(element, at, next);
    draw();
  };
  draw();
  return h("div", { class: "multi" }, box, adder(update));
}

function multiSelect(element, at, options, labelOf) {
  return chips(element, at, labelOf, (update) => {
    const placeholder = element.placeholder ? plainText(element.placeholder.text) : "Choose options";
    const node = h("select", { class: "select empty", id: at.id, "aria-label": at.id ? undefined : at.label });
    node.append(h("option", { value: "" }, placeholder), ...options);
    node.addEventListener("change", () => {
      if (node.value) update(node.value);
      node.value = "";
    });
    return node;
  });
}

const staticLabel = (element) => (value) =>
  plainText(allOptions(element).find((option) => option.value === value)?.text.text ?? value);

const plainOptions = (pairs) => pairs.map(([value, text]) => h("option", { value }, text));
const people = (context) =>
  context.state.people.filter((each) => !each.is_bot).map((each) => [each.id, each.real_name]);

function conversations(element, context) {
  const wanted = element.filter?.include;
  return context.state.channels
    .filter((channel) => !channel.is_archived && (!wanted || wanted.includes(channel.kind)))
    .filter((channel) => channel.kind !== "im" || channel.members.includes(context.state.person))
    .filter((channel) => !(channel.kind === "im" && element.filter?.exclude_bot_users && context.isAppChannel(channel)))
    .filter((channel) => !(channel.is_shared && element.filter?.exclude_external_shared_channels))
    .map((channel) => [channel.id, context.titleOf(channel)]);
}

const publicChannels = (element, context) => conversations({ filter: { include: ["public"] } }, context);
const labelFrom = (pairs) => (value) => pairs.find(([id]) => id === value)?.[1] ?? value;

const selectOf = (pairsOf) => (element, at) =>
  nativeSelect(element, at, plainOptions(pairsOf(element, at.context)));
const multiOf = (pairsOf) => (element, at) => {
  const pairs = pairsOf(element, at.context);
  return multiSelect(element, at, plainOptions(pairs), labelFrom(pairs));
};

function externalSelect(element, at) {
  const labelOf = (value) => plainText(at.form.labels[value] ?? value);
  const chosen = current(element, at);
  return combobox(element, at, { text: chosen ? labelOf(chosen) : "", clear: () => changed(element, at, null) }, (option) => {
    at.form.labels[option.value] = option.text.text;
    changed(element, at, option.value);
    return plainText(option.text.text);
  });
}

function multiExternalSelect(element, at) {
  const labelOf = (value) => plainText(at.form.labels[value] ?? value);
  return chips(element, at, labelOf, (update) =>
    combobox(element, at, { text: "", clear: () => {} }, (option) => {
      at.form.labels[option.value] = option.text.text;
      update(option.value);
      return "";
    }),
  );
}

// Checkboxes and radio buttons; descriptions stand below and can be clicked too.
function choiceGroup(type) {
  return (element, at) => {
    const name = freshId("choice");
    const several = type === "checkbox";
    const now = () => (several ? (current(element, at) ?? []) : [current(element, at)]);
    const nodes = element.options.map((option) => {
      const id = freshId("option");
      const detail = freshId("detail");
      const input = h("input", {
        type,
        id,
        name,
        checked: now().includes(option.value),
        "aria-describedby": option.description ? detail : undefined,
      });
      input.addEventListener("change", () => {
        const others = now().filter((value) => value !== option.value);
        const next = several ? (input.checked ? [...now(), option.value] : others) : option.value;
        changed(element, at, next);
      });
      const description = option.description
        ? h("div", { class: "choice-detail", id: detail, onclick: () => input.click() }, textNodes(option.description, at.context.names))
        : "";
      return h("div", { class: "choice" }, input, h("div", {}, h("label", { for: id }, textNodes(option.text, at.context.names)), description));
    });
    return h("div", { class: "choices", role: several ? "group" : "radiogroup", "aria-label": at.label }, nodes);
  };
}

// One-line and many-line text. In an input block that dispatches, Enter or every character is sent, as it says.
function textInput(type, attributes = {}) {
  return (element, at) => {
    const node = h(element.multiline ? "textarea" : "input", {
      class: "input",
      id: at.id,
      type: element.multiline ? undefined : type,
      rows: element.multiline ? 4 : undefined,
      maxlength: element.max_length,
      placeholder: element.placeholder ? plainText(element.placeholder.text) : undefined,
      autocomplete: "off",
      "aria-label": at.id ? undefined : at.label,
      ...attributes,
    });
    node.value = current(element, at) ?? "";
    const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    node.addEventListener("input", () => {
      at.form.set(at.block.block_id, element.action_id, node.value, element.type);
      if (at.dispatches && on.includes("on_character_entered")) dispatch(element, at, node.value);
    });
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || element.multiline || !at.dispatches || !on.includes("on_enter_pressed")) return;
      event.preventDefault();
      event.stopPropagation();
      dispatch(element, at, node.value);
    });
    return node;
  };
}

function picker(type) {
  return (element, at) => {
    const node = h("input", { class: "input picker", id: at.id, type, "aria-label": at.id ? undefined : at.label });
    node.value = current(element, at) ?? "";
    node.addEventListener("change", () => changed(element, at, node.value || null));
    return node;
  };
}

function dateTimePicker(element, at) {
  const node = h("input", { class: "input picker", id: at.id, type: "datetime-local", "aria-label": at.label });
  const now = current(element, at);
  if (now) node.value = new Date(now * 1000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  node.addEventListener("change", () =>
    changed(element, at, node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null),
  );
  return node;
}

// Files stand as chips by their names. A file that is refused says why, and leaves the others as they are.
function fileInput(element, at) {
  const most = element.max_files ?? 10;
  const accepted = element.filetypes?.map((kind) => `.${kind}`).join(",");
  const problem = h("div", { class: "field-error", role: "alert", hidden: true });
  const input = h("input", { type: "file", id: at.id, class: "file-input", multiple: most > 1, accept: accepted });
  const pick = h("button", { type: "button", class: "button", onclick: () => input.click() }, most > 1 ? "Add files" : "Add file");
  const complain = (text) => {
    problem.textContent = text;
    problem.hidden = !text;
  };
  const labelOf = (id) => at.form.labels[id] ?? id;
  const box = chips(element, at, labelOf, (update) => {
    const take = async (files) => {
      complain("");
      pick.disabled = true;
      for (const file of files) {
        const answer = await at.form.upload(element, at.block, file);
        if (answer.error) complain(answer.error);
        else {
          at.form.labels[answer.file.id] = answer.file.name;
          update(answer.file.id);
        }
      }
      pick.disabled = false;
      input.value = "";
    };
    input.addEventListener("change", () => take([...input.files]));
    const zone = h("div", { class: "file-zone" }, input, pick, h("span", { class: "file-hint" }, " or drop it here"));
    zone.addEventListener("dragover", (event) => event.preventDefault());
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      take([...event.dataTransfer.files]);
    });
    return zone;
  });
  box.append(problem);
  return box;
}

function feedbackButtons(element, at) {
  const one = (part, mark) =>
    h(
      "button",
      {
        type: "button",
        class: "button feedback",
        "aria-label": part.accessibility_label ?? part.text.text,
        onclick: () => dispatch(element, at, part.value),
      },
      emojiNode(mark),
      plainText(part.text.text),
    );
  return h("span", {}, one(element.positive_button, "+1"), one(element.negative_button, "-1"));
}

export function imageElement(element) {
  return h("img", { src: safeUrl(element.image_url), alt: element.alt_text, class: "small-image", loading: "lazy" });
}

const RENDERERS = {
  button,
  overflow,
  image: imageElement,
  static_select: staticSelect,
  external_select: externalSelect,
  users_select: selectOf((element, context) => people(context)),
  conversations_select: selectOf(conversations),
  channels_select: selectOf(publicChannels),
  multi_static_select: (element, at) => multiSelect(element, at, optionNodes(element), staticLabel(element)),
  multi_external_select: multiExternalSelect,
  multi_users_select: multiOf((element, context) => people(context)),
  multi_conversations_select: multiOf(conversations),
  multi_channels_select: multiOf(publicChannels),
  checkboxes: choiceGroup("checkbox"),
  radio_buttons: choiceGroup("radio"),
  plain_text_input: textInput("text"),
  email_text_input: textInput("email", { inputmode: "email" }),
  url_text_input: textInput("url", { inputmode: "url" }),
  number_input: textInput("text", { inputmode: "decimal" }),
  datepicker: picker("date"),
  timepicker: picker("time"),
  datetimepicker: dateTimePicker,
  file_input: fileInput,
  feedback_buttons: feedbackButtons,
};
