// Modals: the person's open views, the top one shown. What was typed stays when the app updates the view.

import { act } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { h, spinner } from "./dom.js";
import { Form } from "./form.js";
import { icon } from "./icons.js";
import { plainText } from "./mrkdwn.js";

const shown = { id: null, hash: null, form: null, forms: {} };

export function renderModals(context, refresh) {
  const root = document.querySelector(".modals");
  const views = context.state.views;
  for (const id of Object.keys(shown.forms)) if (!views.some((view) => view.id === id)) delete shown.forms[id];
  const view = views.at(-1);
  for (const behind of document.querySelectorAll(".top, .workspace")) behind.inert = Boolean(view);
  if (!view) {
    root.replaceChildren();
    shown.id = null;
    return;
  }
  if (shown.id === view.id && shown.hash === view.hash) return;
  const isNew = shown.id !== view.id;
  draw(root, view, context, refresh, {}, "", isNew);
}

export function viewForm(view, place, context) {
  const form = new Form(place, view.state.values, (element, block, value) =>
    act("click", {
      person: context.state.person,
      ...place,
      action_id: element.action_id,
      block_id: block.block_id,
      value,
      values: form.values,
    }),
  );
  form.upload = async (element, block, file) =>
    act("upload", {
      person: context.state.person,
      ...place,
      action_id: element.action_id,
      block_id: block.block_id,
      name: file.name,
      content: await base64(file),
      present: form.get(block.block_id, element.action_id) ?? [],
    });
  form.suggest = (element, block, text) =>
    act("suggest", {
      person: context.state.person,
      ...place,
      action_id: element.action_id,
      block_id: block.block_id,
      text,
    });
  return form;
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

function draw(root, view, context, refresh, errors, notice, isNew) {
  const scroll = isNew ? 0 : (root.querySelector(".modal-body")?.scrollTop ?? 0);
  const focused = isNew ? null : focusedField(root);
  const form = viewForm(view, { view: view.id }, context);
  if (shown.forms[view.id]) form.keepFrom(shown.forms[view.id]);
  shown.forms[view.id] = form;
  Object.assign(shown, { id: view.id, hash: view.hash });

  const title = plainText(view.title.text);
  const close = async () => {
    await act("close", { person: context.state.person, view: view.id });
    refresh();
  };
  const submit = view.submit
    ? h("button", { type: "submit", class: "button primary" }, plainText(view.submit.text))
    : "";
  const closeText = view.close ? plainText(view.close.text) : view.submit ? "Cancel" : "Close";
  const note = notice ? h("div", { class: "modal-notice", role: "alert" }, icon("warning"), ` ${notice}`) : "";
  const body = h("div", { class: "modal-body" }, note, renderBlocks(view.blocks, form, context, errors));
  const modal = h(
    "form",
    { class: "modal", role: "dialog", "aria-modal": "true", "aria-label": title, novalidate: true },
    h(
      "div",
      { class: "modal-head" },
      h("span", { class: "app-icon", style: `background:${context.state.app.color}` }, context.state.app.name[0]),
      h("h1", {}, title),
      h("button", { type: "button", class: "dismiss", "aria-label": "Dismiss", onclick: close }, "✕"),
    ),
    body,
    h(
      "div",
      { class: "modal-foot" },
      h("span", { class: "modal-app" }, context.state.app.name),
      h("button", { type: "button", class: "button", onclick: close }, closeText),
      submit,
    ),
  );
  modal.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!submit || submit.disabled) return;
    submit.disabled = true;
    modal.setAttribute("aria-busy", "true");
    submit.append(spinner());
    const answer = await act("submit", { person: context.state.person, view: view.id, values: form.values });
    const failed = answer.notice || answer.error || "";
    if (failed || Object.keys(answer.errors ?? {}).length) {
      draw(root, view, context, refresh, answer.errors ?? {}, failed, false);
      root.querySelector(".has-error input, .has-error select, .has-error textarea")?.focus();
    } else {
      shown.hash = null;
    }
    refresh();
  });
  modal.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target.matches("input:not([type=file])") && submit) {
      event.preventDefault();
      modal.requestSubmit();
    } else if (event.key === "Tab") keepFocusInside(event, modal);
  });
  root.replaceChildren(h("div", { class: "shade" }, modal));
  body.scrollTop = scroll;
  if (focused) modal.querySelector(focused)?.focus();
  else focusFirst(modal, view);
}

function focusedField(root) {
  const block = document.activeElement?.closest?.(".modals [data-block]")?.dataset.block;
  return block && root.contains(document.activeElement)
    ? `[data-block="${CSS.escape(block)}"] :is(input,select,textarea)`
    : null;
}

function focusFirst(modal, view) {
  const wanted = view.blocks.find((block) => block.element?.focus_on_load)?.block_id;
  const field = wanted ? `[data-block="${CSS.escape(wanted)}"] ` : "";
  const target = modal.querySelector(`${field}:is(input,select,textarea):not([disabled])`) ?? modal.querySelector(".modal-foot .button:last-child");
  target?.focus({ preventScroll: !wanted });
}

function keepFocusInside(event, modal) {
  const all = [...modal.querySelectorAll("a[href],button,input,select,textarea")].filter((node) => !node.disabled);
  const edge = event.shiftKey ? all[0] : all.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? all.at(-1) : all[0]).focus();
}
