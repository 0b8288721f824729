// The drawer of faults: what the sandbox may do wrong on request, and what the app has called lately.

import { act } from "./api.js";
import { h, toast } from "./dom.js";

const CALL_KINDS = ["error", "rate_limited", "server_error", "delay", "reset_before", "reset_after"];
const DELIVERY_KINDS = ["redeliver", "duplicate", "drop", "delay"];

const choice = (name, label, values) =>
  h("label", {}, label, h("select", { name }, values.map((value) => h("option", { value }, value || "all"))));
const entry = (name, label, value, type = "text") => h("label", {}, label, h("input", { name, type, value, step: "any" }));

export function makeFaults(refresh) {
  const post = async (body) => {
    const answer = await act("faults", body);
    if (answer.error) toast(answer.error);
    refresh();
  };
  const counted = (form) => ({ times: form.get("times") === "" ? null : Number(form.get("times")), seconds: Number(form.get("seconds")) });
  const form = (title, fields, toBody) => {
    const node = h("form", { class: "fault-form" }, h("h3", {}, title), fields, h("button", { class: "button", type: "submit" }, "Switch on"));
    node.addEventListener("submit", (event) => {
      event.preventDefault();
      post(toBody(new FormData(node)));
    });
    return node;
  };
  const times = () => [entry("times", "Times (empty: always)", "1", "number"), entry("seconds", "Seconds", "1", "number")];
  const calls = form(
    "Calls to Slack",
    [entry("method", "Method (* for all)", "*"), choice("kind", "Fault", CALL_KINDS), entry("error", "Error code", "internal_error"), times()],
    (data) => ({ call: { method: data.get("method"), kind: data.get("kind"), error: data.get("error"), ...counted(data) } }),
  );
  const deliveries = form(
    "Deliveries to the app",
    [choice("kind", "Fault", DELIVERY_KINDS), choice("envelope", "Of", ["", "slash_commands", "interactive", "events_api"]), times()],
    (data) => ({ delivery: { kind: data.get("kind"), envelope: data.get("envelope") || null, ...counted(data) } }),
  );
  const live = h("div", { class: "fault-live" });
  const button = (text, body) => h("button", { type: "button", class: "button", onclick: () => post(body) }, text);
  const limits = h("input", { type: "checkbox", onchange: () => post({ rate_limits: limits.checked }) });
  const root = h(
    "div",
    {},
    h("h2", {}, "Faults"),
    h("label", { class: "fault-switch" }, limits, " Slack's rate limits"),
    calls,
    deliveries,
    h("div", { class: "fault-buttons" }, button("Clear all faults", { clear: true }), button("Ask the app to reconnect", { disconnect: "refresh_requested" })),
    live,
  );
  const update = (state) => {
    limits.checked = state.faults.rate_limits;
    const on = [...state.faults.calls.map((fault) => `${fault.method}: ${fault.kind}`), ...state.faults.deliveries.map((fault) => `${fault.envelope ?? "all deliveries"}: ${fault.kind}`)];
    const calls_ = [...state.calls].reverse().map((call) => h("li", { class: call.error ? "failed" : "" }, `${call.method} ${call.error ?? "ok"}`));
    live.replaceChildren(
      h("h3", {}, "Switched on"),
      on.length ? h("ul", {}, on.map((text) => h("li", {}, text))) : h("p", {}, "Nothing"),
      state.faults.problems.length ? h("h3", {}, "Mistakes of the app") : "",
      h("ul", {}, state.faults.problems.map((text) => h("li", { class: "failed" }, text))),
      h("h3", {}, "Scheduled messages"),
      state.scheduled.length
        ? h("ul", {}, state.scheduled.map((item) => h("li", {}, `${new Date(item.post_at * 1000).toLocaleString()}: ${item.text}`)))
        : h("p", {}, "None"),
      h("h3", {}, "Latest calls"),
      h("ul", { class: "calls" }, calls_),
    );
  };
  return { root, update };
}
