// Users and access rights: ledger rights, roles, copying a user to other companies; and the company's own settings.

import { badge, checkbox, field, h, options, table } from "./dom.js";
import { LEVELS, ROLES, say } from "./language.js";
import { onlyAdministrators } from "./resources.js";

export async function ledgerRights(at) {
  const disabled = !at.mayAdminister;
  const levels = LEVELS();
  const change = (person, changed) =>
    at.do(
      "set-ledger-rights",
      { user: person.name, ...changed },
      say("Saved. Credentials made earlier keep their rights.", "Tallennettu. Aiemmat tunnukset säilyttävät oikeutensa.")
    );
  const tick = (person, right, label) =>
    checkbox(`${label}, ${person.name}`, person[right], disabled, (checked) => change(person, { [right]: checked }));
  const rows = at.company.people
    .filter((person) => person.has_access)
    .map((person) => [
      nameOf(person),
      h(
        "select",
        {
          "aria-label": `${say("Posting", "Tiliöinti")}, ${person.name}`,
          disabled,
          value: person.posting,
          onchange: (event) => change(person, { posting: event.target.value }),
        },
        at.company.posting_levels.map((level) =>
          h("option", { value: level, selected: level === person.posting }, levels[level])
        )
      ),
      tick(person, "inspector", say("Inspector", "Asiatarkastaja")),
      tick(person, "approver", say("Approver", "Hyväksyjä")),
      tick(person, "circulation_setter", say("Circulation setter", "Hyväksymiskierron asettaja")),
    ]);
  return [
    disabled && onlyAdministrators(),
    table(
      [
        say("User", "Käyttäjä"),
        say("Posting of purchase invoices", "Ostolaskujen tiliöinti"),
        say("Inspector", "Asiatarkastaja"),
        say("Approver", "Hyväksyjä"),
        say("Circulation setter", "Hyväksymiskierron asettaja"),
      ],
      rows,
      say("Nobody has access to this company.", "Kenelläkään ei ole pääsyä tähän yritykseen.")
    ),
  ].filter(Boolean);
}

export async function roles(at) {
  const disabled = !at.mayAdminister;
  const names = ROLES();
  const toggle = (person, role) => (held) => at.do("set-role", { user: person.name, role, held });
  const rows = at.company.people.map((person) => [
    nameOf(person),
    ...Object.entries(names).map(([role, name]) =>
      checkbox(`${name}, ${person.name}`, person.roles.includes(role), disabled || !person.has_access, toggle(person, role))
    ),
    person.has_access
      ? badge(say("has access", "pääsy on"), "good")
      : badge(say("no access", "ei pääsyä"), "bad"),
    h(
      "span",
      { class: "row" },
      person.has_access &&
        h(
          "button",
          { disabled, onclick: () => at.do("remove-access", { user: person.name }) },
          say(`Remove from this company`, "Poista yrityksestä")
        ),
      h(
        "button",
        { disabled, onclick: () => at.do("set-user-active", { user: person.name, active: !person.active }) },
        person.active ? say("Remove user", "Poista käyttäjä") : say("Bring back", "Palauta")
      )
    ),
  ]);
  return [
    disabled && onlyAdministrators(),
    table(
      [say("User", "Käyttäjä"), ...Object.values(names), say("This company", "Tämä yritys"), ""],
      rows,
      say("There are no users.", "Käyttäjiä ei ole.")
    ),
    copyForm(at, disabled),
    h(
      "section",
      { class: "card" },
      h("h2", null, say("A generic API user", "Yleinen API-käyttäjä")),
      h(
        "p",
        null,
        say(
          "Credentials stop working when their person is removed. Netvisor's customer service makes a generic API user, " +
            "without a person, on request.",
          "Tunnukset lakkaavat toimimasta, kun niiden tekijä poistetaan. Netvisorin asiakaspalvelu tekee pyynnöstä " +
            "yleisen API-käyttäjän, joka ei ole henkilö."
        )
      ),
      h(
        "button",
        {
          onclick: () => at.do("add-generic-user", {}, say("The generic API user is there.", "Yleinen API-käyttäjä on lisätty.")),
        },
        say("Ask customer service for a generic API user", "Pyydä asiakaspalvelulta yleinen API-käyttäjä")
      )
    ),
  ].filter(Boolean);
}

function copyForm(at, disabled) {
  const people = at.company.people.filter((person) => person.has_access).map((person) => person.name);
  const others = at.overview.companies.filter((each) => each.business_id !== at.company.business_id);
  const person = h("select", { disabled }, options(people));
  const ticks = others.map((each) => h("input", { type: "checkbox", value: each.business_id, disabled }));
  const submit = (event) => {
    event.preventDefault();
    const to = ticks.filter((tick) => tick.checked).map((tick) => tick.value);
    if (to.length) at.do("copy-user", { user: person.value, to }, say("Copied.", "Kopioitu."));
  };
  return h(
    "section",
    { class: "card" },
    h("h2", null, say("Copy user to other companies", "Kopioi käyttäjä muihin yrityksiin")),
    h(
      "p",
      { class: "quiet small" },
      say(
        `Copies the rights that the user has in ${at.company.name}, also to the user's API credentials.`,
        `Kopioi oikeudet, jotka käyttäjällä on yrityksessä ${at.company.name}, myös käyttäjän rajapintatunnuksille.`
      )
    ),
    h(
      "form",
      { onsubmit: submit },
      field(say("User to copy", "Kopioitava käyttäjä"), person),
      h(
        "div",
        { class: "row", style: "margin: 0.75rem 0" },
        others.map((each, place) => h("label", null, ticks[place], " ", each.name))
      ),
      h("button", { disabled, class: "primary" }, say("Copy user", "Kopioi käyttäjä"))
    )
  );
}

export async function companySettings(at) {
  const disabled = !at.mayAdminister;
  const { company } = at;
  const packages = h("select", { disabled, value: company.package }, options(company.packages));
  const lock = (name) => h("input", { type: "date", disabled, value: company[name] });
  const locks = { purchase_lock: lock("purchase_lock"), period_lock: lock("period_lock"), vat_lock: lock("vat_lock") };
  const save = (event) => {
    event.preventDefault();
    const days = Object.fromEntries(Object.entries(locks).map(([name, input]) => [name, input.value]));
    at.do("set-company", { package: packages.value, ...days }, say("Saved.", "Tallennettu."));
  };
  const counts = company.counts;
  return [
    company.about && h("p", null, company.about),
    disabled && onlyAdministrators(),
    h(
      "form",
      { class: "row", onsubmit: save },
      field(say("Service package", "Palvelupaketti"), packages),
      field(say("Purchases locked until", "Ostot lukittu saakka"), locks.purchase_lock),
      field(say("Accounting periods locked until", "Tilikaudet lukittu saakka"), locks.period_lock),
      field(say("VAT periods locked until", "ALV-kaudet lukittu saakka"), locks.vat_lock),
      h("button", { class: "primary", disabled }, say("Save", "Tallenna"))
    ),
    !company.has_api &&
      h(
        "div",
        { class: "note" },
        say("This package does not include the software interface (API).", "Paketti ei sisällä ohjelmistorajapintaa (API).")
      ),
    h("h2", null, say("In the books", "Kirjanpidossa")),
    table(
      [say("What", "Mitä"), { number: say("How many", "Kuinka monta") }],
      [
        [say("Purchase invoices", "Ostolaskut"), { number: counts.invoices }],
        [say("Vouchers", "Tositteet"), { number: counts.vouchers }],
        [say("Accounts", "Tilit"), { number: counts.accounts }],
        [say("Vendors", "Toimittajat"), { number: counts.vendors }],
      ],
      ""
    ),
    h(
      "p",
      null,
      h(
        "button",
        { onclick: () => at.do("set-history", { shown: !company.history_shown }) },
        company.history_shown
          ? say("Set the history aside, as in a new company", "Siirrä historia syrjään kuin uudessa yrityksessä")
          : say("Bring the history back", "Palauta historia")
      )
    ),
    h("h2", null, say("Dimensions", "Laskentakohteet")),
    table(
      [say("Dimension", "Laskentakohde"), say("Items", "Kohteet")],
      company.dimensions.map((each) => [each.name, each.items.join(", ")]),
      say("None in use.", "Ei käytössä.")
    ),
  ].filter(Boolean);
}

function nameOf(person) {
  return person.active ? person.name : h("span", null, person.name, " ", badge(say("removed", "poistettu"), "bad"));
}
