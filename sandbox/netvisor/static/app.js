// The frame of the page: who is logged in, in which company, which place of the menu is open.

import { Unanswered, act, field, h, notify, read } from "./dom.js";
import { both, currentLanguage, say, setLanguage } from "./language.js";
import { circulationLists } from "./circulation.js";
import { clientCompanies } from "./companies.js";
import { credentials } from "./credentials.js";
import { drawFaults } from "./faults.js";
import { invoices } from "./invoices.js";
import { companySettings, ledgerRights, roles } from "./people.js";
import { resourceRights } from "./resources.js";

const MENU = [
  {
    heading: ["Software interface", "Ohjelmistorajapinta"],
    places: [
      { id: "credentials", name: ["Software interface credentials", "Rajapintatunnukset"], draw: credentials },
      { id: "resources", name: ["API resource rights", "API-resurssioikeudet"], draw: resourceRights },
    ],
  },
  {
    heading: ["Users and access rights", "Käyttäjät ja käyttöoikeudet"],
    places: [
      {
        id: "ledger",
        name: ["Sales and purchase ledger rights", "Myynti- ja ostoreskontrien oikeudet"],
        draw: ledgerRights,
      },
      { id: "roles", name: ["Users and roles", "Käyttäjät ja roolit"], draw: roles },
    ],
  },
  {
    heading: ["Purchases", "Ostot"],
    places: [
      { id: "invoices", name: ["Purchase invoices", "Ostolaskut"], draw: invoices },
      { id: "circulation", name: ["Circulation lists", "Kiertolistat"], draw: circulationLists },
    ],
  },
  {
    heading: ["Company", "Yritys"],
    places: [
      { id: "company", name: ["Package and locks", "Palvelupaketti ja lukitukset"], draw: companySettings },
      { id: "companies", name: ["Client companies", "Asiakasyritykset"], draw: clientCompanies },
    ],
  },
];
const PLACES = MENU.flatMap((group) => group.places);

const bar = document.getElementById("bar");
const menu = document.getElementById("menu");
const content = document.getElementById("content");
const drawer = document.getElementById("drawer");

const address = new URLSearchParams(location.search);
const chosen = {
  company: address.get("company") ?? sessionStorage.getItem("company"),
  user: address.get("user") ?? sessionStorage.getItem("user"),
};
let drawing = 0;

// What every place gets: the frame's data, who and where, and how to act (as what it shows says) and draw again.
async function context() {
  const overview = await read("/page/overview");
  const businessIds = overview.companies.map((company) => company.business_id);
  if (!businessIds.includes(chosen.company)) chosen.company = businessIds[0];
  const names = overview.users.map((user) => user.name);
  if (!names.includes(chosen.user)) chosen.user = names[0];
  const user = chosen.user;
  const company = await read(`/page/company/${chosen.company}`);
  const me = company.people.find((person) => person.name === user);
  return {
    overview,
    company,
    user,
    parameters: location.hash.split("/").slice(1),
    mayAdminister:
      me.active && me.roles.some((role) => role === "user_administrator" || role === "firm_main_user"),
    async do(action, fields, said) {
      const result = await act(action, { company: company.business_id, as_user: user, ...fields });
      if (result !== undefined && said) notify(said);
      await draw();
      return result;
    },
    draw,
  };
}

export async function draw() {
  const ticket = ++drawing;
  content.setAttribute("aria-busy", "true");
  const place = PLACES.find((each) => each.id === location.hash.slice(1).split("/")[0]) ?? PLACES[0];
  const at = await context();
  const body = await place.draw(at);
  if (ticket !== drawing) return;
  document.documentElement.lang = currentLanguage();
  const [name, other] = both(...place.name);
  document.title = `${name} · ${at.company.name}`;
  drawBar(at);
  drawMenu(place);
  const focused = document.activeElement;
  const heading = h("h1", null, name, " ", h("span", { class: "other-language" }, other));
  content.replaceChildren(heading, h("p", { class: "quiet" }, `${at.company.name} · ${at.company.business_id}`), ...body);
  if (!drawer.hidden) await drawFaults(drawer, at);
  refocus(focused);
  if (ticket === drawing) content.removeAttribute("aria-busy");
}

// Whatever is drawn or done needs an answer: where none comes, the page says so and stays as it is.
addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof Unanswered)) return;
  event.preventDefault();
  content.removeAttribute("aria-busy");
  notify(say("The sandbox does not answer. Is it running?", "Hiekkalaatikko ei vastaa. Onko se käynnissä?"), true);
});

// Drawing replaces the elements: put the focus back to the one that now stands for what had it.
function refocus(before) {
  if (!before || before.isConnected) return;
  const name = (element) => element.id || element.getAttribute("aria-label") || element.textContent;
  if (!name(before)) return;
  const same = [...document.querySelectorAll(before.tagName)].find((element) => name(element) === name(before));
  same?.focus({ preventScroll: true });
}

function drawBar(at) {
  const pick = (key) => (event) => {
    chosen[key] = event.target.value;
    sessionStorage.setItem(key, event.target.value);
    draw();
  };
  const language = (id, name) =>
    h(
      "button",
      {
        "aria-pressed": String(currentLanguage() === id),
        lang: id,
        onclick: () => {
          setLanguage(id);
          draw();
        },
      },
      name
    );
  bar.replaceChildren(
    h("span", { class: "name" }, "Netvisor ", h("span", null, say("local, for trying out", "paikallinen, kokeiluun"))),
    field(
      say("Company", "Yritys"),
      h(
        "select",
        { id: "company", onchange: pick("company") },
        at.overview.companies.map((each) =>
          h(
            "option",
            { value: each.business_id, selected: each.business_id === chosen.company },
            `${each.name} ${each.business_id}`
          )
        )
      )
    ),
    field(
      say("Logged in as", "Kirjautuneena"),
      h(
        "select",
        { id: "user", onchange: pick("user") },
        at.overview.users.map((each) => h("option", { value: each.name, selected: each.name === chosen.user }, each.name))
      )
    ),
    h("span", { class: "spacer" }),
    at.overview.slack_url && h("a", { href: at.overview.slack_url }, say("To Slack", "Slackiin")),
    h("span", { role: "group", "aria-label": say("Language", "Kieli") }, language("fi", "suomi"), " ", language("en", "English")),
    h(
      "button",
      {
        "aria-expanded": String(!drawer.hidden),
        onclick: () => {
          drawer.hidden = !drawer.hidden;
          draw();
        },
      },
      say("Faults", "Häiriöt")
    )
  );
}

// The links stay while the language does: one that is replaced while it is pressed would lose the click.
function drawMenu(current) {
  if (menu.lang !== currentLanguage()) {
    menu.lang = currentLanguage();
    menu.replaceChildren(
      ...MENU.flatMap((group) => {
        const [heading, other] = both(...group.heading);
        return [
          h("h2", null, heading, " ", h("span", { class: "other-language" }, other)),
          ...group.places.map((place) => {
            const [name, otherName] = both(...place.name);
            return h("a", { href: `#${place.id}` }, name, h("span", { class: "other-language" }, otherName));
          }),
        ];
      })
    );
  }
  for (const link of menu.querySelectorAll("a")) {
    if (link.hash === `#${current.id}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

addEventListener("hashchange", () => {
  draw().then(() => content.focus({ preventScroll: true }));
  scrollTo(0, 0);
});
draw();
