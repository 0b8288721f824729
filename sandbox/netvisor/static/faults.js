// The faults drawer: what goes wrong with the next calls, the switches for what Netvisor does not document, the calls.

import { act, badge, checkbox, field, h, options, read, table } from "./dom.js";
import { say } from "./language.js";

const SWITCHES = () => ({
  resource_not_allowed: say("Resource not allowed", "Resurssia ei sallittu"),
  unknown_organisation: say("Unknown business id", "Tuntematon Y-tunnus"),
  user_without_company: say("User without the company", "Käyttäjällä ei ole yritystä"),
  package_without_api: say("Package without API", "Paketti ilman rajapintaa"),
  ledger_right_missing: say("Ledger right missing", "Reskontraoikeus puuttuu"),
  role_missing: say("Role missing", "Rooli puuttuu"),
  overlapping_call: say("Overlapping call", "Päällekkäinen kutsu"),
  invoice_not_found: say("Invoice not found", "Laskua ei löydy"),
  http_status: say("HTTP status of a refusal", "Hylkäyksen HTTP-tila"),
  maintenance_spelling: say("Spelling of maintenance", "Huoltokoodin kirjoitusasu"),
  posting_lines_access: say("PostingLinesAccess in details", "PostingLinesAccess laskulla"),
  actions: say("Actions in details", "Actions laskulla"),
  several_includes: say("Several values of include", "Useita include-arvoja"),
  own_circulation: say("An invoice's own circulation", "Laskun oma kierto"),
  circulation_message: say("A message that sets a circulation", "Kierron asettava sanoma"),
  circulation_lists_need_setter: say("Circulation lists need the setter right", "Kiertolistat vaativat asettajan oikeuden"),
  rights_summary_without_users: say("Rights summary without users", "Oikeusyhteenveto ilman käyttäjiä"),
  access_checked: say("Write access checked", "Kirjoitusoikeus tarkistetaan"),
});

const KINDS = () => ({
  error: say("error code", "virhekoodi"),
  maintenance: say("maintenance", "huolto"),
  too_many_requests: say("too many requests (429)", "liikaa kutsuja (429)"),
  html_page: say("a web page, no XML", "verkkosivu, ei XML:ää"),
  truncated: say("XML that breaks off", "katkeava XML"),
  invalid_xml: say("broken XML", "rikkinäinen XML"),
  delay: say("delay", "viive"),
  reset_before: say("connection cut before", "yhteys katkeaa ennen"),
  reset_after: say("connection cut after", "yhteys katkeaa jälkeen"),
  reset_middle: say("connection cut in the answer", "yhteys katkeaa kesken vastauksen"),
});

export async function drawFaults(drawer, at) {
  const data = await read("/page/faults");
  const again = async (action, fields) => {
    await act(action, fields);
    await drawFaults(drawer, at);
  };
  drawer.replaceChildren(
    h("h1", null, say("Faults", "Häiriöt")),
    everyCall(data, again),
    ready(again),
    newFault(data, at, again),
    scripted(data, again),
    switches(data, again),
    calls(data, () => drawFaults(drawer, at))
  );
}

// What holds for every call until it is changed back.
function everyCall(data, again) {
  const number = (id, value, step) => h("input", { id, type: "number", min: "0", step, value, style: "width: 6rem" });
  const seconds = number("latency", data.latency, "0.01");
  const minutes = number("clock", data.clock_minutes, "1");
  const form = (content, submit) =>
    h(
      "form",
      {
        class: "row",
        onsubmit: (event) => {
          event.preventDefault();
          submit();
        },
      },
      content
    );
  return h(
    "div",
    null,
    form(
      [
        field(say("Latency of every call, seconds", "Joka kutsun viive, sekuntia"), seconds),
        h("button", null, say("Set latency", "Aseta viive")),
      ],
      () => again("set-latency", { seconds: Number(seconds.value) })
    ),
    form(
      [
        field(say("Netvisor's clock is ahead, minutes", "Netvisorin kello on edellä, minuuttia"), minutes),
        h("button", null, say("Set clock", "Aseta kello")),
      ],
      () => again("set-clock", { minutes: Number(minutes.value) })
    ),
    h(
      "label",
      { class: "row" },
      checkbox("", data.partner_known, false, (known) => again("set-partner", { known })),
      say("Netvisor knows this software partner", "Netvisor tuntee tämän ohjelmistokumppanin")
    )
  );
}

// Faults that stay on until they are cleared, one press each.
function ready(again) {
  const until = (kind, fields, english, finnish) =>
    h("button", { type: "button", onclick: () => again("add-fault", { kind, ...fields }) }, say(english, finnish));
  return h(
    "p",
    { class: "row", role: "group", "aria-label": say("On until cleared", "Päällä kunnes poistetaan") },
    until("maintenance", {}, "Maintenance on", "Huolto päälle"),
    until("error", { code: "TECHNICAL_ERROR", http_status: 500 }, "HTTP 500 on", "HTTP 500 päälle"),
    until("html_page", {}, "Web page on", "Verkkosivu päälle"),
    until("reset_middle", {}, "Cut connections on", "Katkokset päälle"),
    until("too_many_requests", { retry_after: 60 }, "Too many requests on", "Liikaa kutsuja päälle"),
    until("delay", { seconds: 3 }, "Slow answers on", "Hitaat vastaukset päälle"),
    h("button", { type: "button", onclick: () => again("clear-faults", {}) }, say("Clear all faults", "Poista häiriöt"))
  );
}

function newFault(data, at, again) {
  const everything = say("every", "kaikki");
  const kind = h("select", null, options(data.kinds, KINDS()));
  const resource = h("select", null, h("option", { value: "" }, everything), options(data.resources));
  const company = h(
    "select",
    null,
    h("option", { value: "" }, everything),
    at.overview.companies.map((each) => h("option", { value: each.business_id }, each.name))
  );
  const times = h("input", { type: "number", min: "1", placeholder: say("always", "aina"), value: "1", style: "width: 5.5rem" });
  const code = h("select", null, options(data.codes));
  const status = h("input", { type: "number", min: "200", max: "599", placeholder: say("as set", "kuten asetettu"), style: "width: 9rem" });
  const seconds = h("input", { type: "number", min: "0", step: "0.1", value: "0", style: "width: 5.5rem" });
  const retryAfter = h("input", { type: "number", min: "0", value: "30", style: "width: 5.5rem" });
  const number = (input) => (input.value === "" ? null : Number(input.value));
  const submit = (event) => {
    event.preventDefault();
    again("add-fault", {
      kind: kind.value,
      resource: resource.value,
      business_id: company.value,
      times: number(times),
      code: code.value,
      http_status: number(status),
      seconds: number(seconds),
      retry_after: number(retryAfter),
    });
  };
  return h(
    "form",
    { onsubmit: submit },
    h("h2", null, say("New fault", "Uusi häiriö")),
    h(
      "div",
      { class: "row" },
      field(say("What happens", "Mitä tapahtuu"), kind),
      field(say("Resource", "Resurssi"), resource),
      field(say("In company", "Yrityksessä"), company),
      field(say("How many calls", "Kuinka monta kutsua"), times),
      field(say("Error code", "Virhekoodi"), code),
      field(say("HTTP status", "HTTP-tila"), status),
      field(say("Delay, seconds", "Viive, sekuntia"), seconds),
      field(say("Retry-After, seconds", "Retry-After, sekuntia"), retryAfter)
    ),
    h("p", null, h("button", { class: "primary" }, say("Add fault", "Lisää häiriö")))
  );
}

function scripted(data, again) {
  if (!data.faults.length) return h("p", { class: "quiet small" }, say("All calls go well now.", "Kaikki kutsut onnistuvat nyt."));
  return h(
    "ul",
    { "aria-label": say("Scripted faults", "Asetetut häiriöt") },
    data.faults.map((fault) =>
      h(
        "li",
        null,
        `${KINDS()[fault.kind]}${fault.kind === "error" ? ` ${fault.code}` : ""} · ${fault.resource || say("every resource", "kaikki resurssit")}`,
        ` · ${fault.business_id || say("every company", "kaikki yritykset")} · ${fault.times ?? say("always", "aina")} `,
        h("button", { class: "plain", onclick: () => again("remove-fault", { id: fault.id }) }, say("Remove", "Poista"))
      )
    )
  );
}

function switches(data, again) {
  const names = SWITCHES();
  return h(
    "div",
    null,
    h("h2", null, say("What Netvisor does not document", "Mitä Netvisor ei dokumentoi")),
    h(
      "div",
      { class: "row" },
      data.switches.map((each) =>
        field(
          names[each.name] ?? each.name,
          h(
            "select",
            { onchange: (event) => again("set-switch", { name: each.name, value: event.target.value }) },
            each.choices.map((choice) => h("option", { value: choice, selected: choice === each.value }, choice))
          )
        )
      )
    ),
    h("p", null, h("button", { onclick: () => again("reset-switches", {}) }, say("Back to defaults", "Palauta oletukset")))
  );
}

function calls(data, refresh) {
  const kind = (call) => (call.outcome === "OK" ? "good" : "bad");
  return h(
    "div",
    null,
    h("h2", null, say("Newest calls", "Uusimmat kutsut")),
    h(
      "p",
      { class: "row small" },
      h("button", { onclick: refresh }, say("Refresh", "Päivitä")),
      data.overlaps ? badge(say(`${data.overlaps} overlapping calls`, `${data.overlaps} päällekkäistä kutsua`), "bad") : null
    ),
    h(
      "div",
      { class: "small" },
      table(
        [say("Time", "Aika"), say("Call", "Kutsu"), say("Outcome", "Tulos")],
        data.calls
          .slice(0, 30)
          .map((call) => [
            call.time,
            h("span", { title: call.parameters }, `${call.resource} `, h("span", { class: "quiet" }, call.business_id)),
            [badge(`${call.outcome} ${call.http_status || ""}`.trim(), kind(call)), ` ${call.milliseconds} ms`],
          ]),
        say("No calls yet.", "Ei vielä kutsuja.")
      )
    )
  );
}
