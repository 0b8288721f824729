// The composer: Enter sends, / offers the app's commands.

import { act } from "./api.js";
import { h, spinner, toast } from "./dom.js";

// `target()` returns { person, channel, thread }; `label` is the accessible name, `hint` the placeholder, `beside` what
// stands beside the text.
export function makeComposer(label, hint, target, commands, sent, beside = "") {
  const list = h("div", { class: "command-list", role: "listbox", "aria-label": "Commands", hidden: true });
  const text = h("textarea", { rows: 1, "aria-label": label, placeholder: hint });
  const send = h("button", { type: "button", class: "send", "aria-label": "Send", disabled: true }, "➤");
  const waiting = h("div", { class: "waiting", hidden: true }, spinner(), " Waiting for the app…");

  const fit = () => {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 200)}px`;
    send.disabled = text.value.trim() === "";
  };
  const offers = () => commands().flatMap((command) => [
    { typed: command.command, hint: command.usage_hint, detail: command.description },
    ...subcommands(command),
  ]);
  const matching = () => {
    const typed = text.value;
    if (!typed.startsWith("/") || typed.includes("\n")) return [];
    return offers().filter((offer) => offer.typed.startsWith(typed.trimEnd()) && offer.typed !== typed.trimEnd());
  };
  const suggest = () => {
    const found = matching();
    list.hidden = found.length === 0;
    list.replaceChildren(
      ...found.map((offer) =>
        h(
          "div",
          {
            role: "option",
            class: "command-offer",
            onmousedown: (event) => {
              event.preventDefault();
              take(offer);
            },
          },
          h("b", {}, offer.typed),
          offer.hint ? h("span", { class: "usage" }, ` ${offer.hint}`) : "",
          offer.detail ? h("div", { class: "option-detail" }, offer.detail) : "",
        ),
      ),
    );
  };
  const take = (offer) => {
    text.value = `${offer.typed} `;
    text.focus();
    fit();
    suggest();
  };
  async function submit() {
    const typed = text.value.trim();
    if (!typed) return;
    text.value = "";
    fit();
    list.hidden = true;
    waiting.hidden = !typed.startsWith("/");
    const answer = await act("send", { ...target(), text: typed });
    waiting.hidden = true;
    if (answer.error) {
      toast(answer.error);
      text.value = typed;
      fit();
    }
    sent();
  }
  text.addEventListener("input", () => {
    fit();
    suggest();
  });
  text.addEventListener("blur", () => (list.hidden = true));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && !list.hidden && matching().length) {
      event.preventDefault();
      take(matching()[0]);
    } else if (event.key === "Escape") list.hidden = true;
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  send.addEventListener("click", submit);
  return h("div", { class: "composer-box" }, list, h("div", { class: "composer" }, beside, text, send), waiting);
}

// `add-client | clients` in a usage hint offers the whole commands too.
function subcommands(command) {
  const words = command.usage_hint.replace(/[[\]]/g, "").split(/\|(?![^<]*>)/).map((word) => word.trim());
  return words
    .filter((word) => /^[a-zåäö][\w åäö<>|.-]*$/i.test(word) && command.usage_hint.includes("|"))
    .map((word) => {
      const [name, ...rest] = word.split(" ");
      return { typed: `${command.command} ${name}`, hint: rest.join(" "), detail: "" };
    });
}
