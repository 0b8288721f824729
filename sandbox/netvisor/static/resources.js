// API resource rights of one company: search the integration by access key, then allow its resources.

import { badge, field, h, notify } from "./dom.js";
import { both, say } from "./language.js";

const searches = new Map(); // by business id: the access key that was found there in this browser

export async function resourceRights(at) {
  const { company } = at;
  const disabled = !at.mayAdminister;
  const searched = searches.has(company.business_id);
  const key = h("input", { name: "access-key", size: 36, autocomplete: "off", spellcheck: "false", value: searches.get(company.business_id) ?? "" });
  const search = async (event) => {
    event.preventDefault();
    const wanted = key.value;
    const found = await at.do("search-integration", { access_key: wanted });
    if (found) {
      searches.set(company.business_id, wanted);
      at.draw();
    } else if (found === false) {
      notify(say("No integration was found with that access key.", "Hakuavaimella ei löytynyt integraatiota."), true);
    }
  };
  return [
    h(
      "p",
      null,
      say(
        "Which interface resources an integration may use in this company. Set separately in every company.",
        "Mitä rajapintaresursseja integraatio saa käyttää tässä yrityksessä. Asetetaan joka yrityksessä erikseen."
      )
    ),
    disabled && onlyAdministrators(),
    h(
      "section",
      { class: "card" },
      h("h2", null, title("Custom integrations", "Räätälöidyt integraatiot")),
      h(
        "form",
        { class: "row", onsubmit: search },
        field(say("Access key", "Hakuavain"), key),
        h("button", { class: "primary", disabled }, say("Search", "Hae"))
      )
    ),
    company.integration_added && searched && panel(at, disabled),
    company.integration_added &&
      !searched &&
      h(
        "p",
        { class: "quiet" },
        say(
          "An integration has been added here. Search with its access key to see its resources.",
          "Yritykseen on lisätty integraatio. Hae hakuavaimella nähdäksesi sen resurssit."
        )
      ),
  ].filter(Boolean);
}

function panel(at, disabled) {
  return h(
    "section",
    { class: "card", "aria-label": "Fabric for Slack" },
    h("h2", null, "Fabric for Slack"),
    h(
      "p",
      { class: "quiet small" },
      say(
        "An integration that has been added cannot be removed, only disallowed.",
        "Lisättyä integraatiota ei voi poistaa, vain sen oikeudet voi evätä."
      )
    ),
    at.company.groups.map((group) => resourceGroup(at, group, disabled))
  );
}

function resourceGroup(at, group, disabled) {
  const allowed = group.resources.filter((each) => each.allowed).length;
  const name = both(group.english, group.finnish)[0];
  const setAll = (value) => at.do("allow-group", { group: group.id, allowed: value });
  return h(
    "div",
    { role: "group", "aria-label": name },
    h(
      "h2",
      null,
      title(group.english, group.finnish),
      " ",
      badge(`${allowed} / ${group.resources.length}`, allowed === group.resources.length ? "good" : allowed ? "warn" : "bad")
    ),
    h(
      "p",
      { class: "row" },
      h("button", { disabled, onclick: () => setAll(true) }, say(`Allow all in ${name}`, `Salli kaikki: ${name}`)),
      h("button", { disabled, onclick: () => setAll(false) }, say(`Allow none in ${name}`, `Evää kaikki: ${name}`))
    ),
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        null,
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            h("th", null, say("Resource", "Resurssi")),
            h("th", { class: "direction" }, say("Direction", "Suunta")),
            h("th", null, say("Resource status", "Resurssin tila"))
          )
        ),
        h(
          "tbody",
          null,
          group.resources.map((each) =>
            h(
              "tr",
              null,
              h("td", null, h("code", null, `${each.name}.nv`)),
              h("td", { class: "quiet direction" }, each.writes ? say("import", "tuonti") : say("export", "haku")),
              h("td", null, status(at, each, disabled))
            )
          )
        )
      )
    )
  );
}

function status(at, resource, disabled) {
  return h(
    "select",
    {
      "aria-label": say(`Resource status of ${resource.name}`, `Resurssin tila: ${resource.name}`),
      disabled,
      value: String(resource.allowed),
      onchange: (event) =>
        at.do("set-resource", { resource: resource.name, allowed: event.target.value === "true" }),
    },
    h("option", { value: "true", selected: resource.allowed }, say("Allowed", "Sallittu")),
    h("option", { value: "false", selected: !resource.allowed }, say("Not allowed", "Ei sallittu"))
  );
}

export function onlyAdministrators() {
  return h(
    "div",
    { class: "note" },
    say(
      "Only a User Administrator (KH) or the Accounting Firm's Main User (TPK) can change this. Log in as one of them.",
      "Vain käyttäjähallitsija (KH) tai tilitoimiston pääkäyttäjä (TPK) voi muuttaa näitä. Kirjaudu sellaisena."
    )
  );
}

function title(english, finnish) {
  const [name, other] = both(english, finnish);
  return [name, " ", h("span", { class: "other-language" }, other)];
}
