// Software interface credentials: a person makes their own; the key is shown once.

import { badge, copy, h, table } from "./dom.js";
import { say } from "./language.js";

let fresh = null; // the credential just made, shown until the page is left or another is made

export async function credentials(at) {
  const mine = at.overview.credentials.filter((each) => each.user === at.user);
  const others = at.overview.credentials.filter((each) => each.user !== at.user);
  const inFirm = at.company.is_firm;
  const create = (action, from) => async () => {
    const made = await at.do(action, {});
    if (made) {
      fresh = { ...made, user: at.user, from };
      at.draw();
    }
  };
  return [
    h(
      "p",
      null,
      say(
        "API credentials belong to the person who makes them and reach every company that the person can reach. The " +
          "ledger rights are copied from the person at this moment: changing them later does not change the credentials.",
        "Rajapintatunnukset ovat tekijänsä omat ja ulottuvat kaikkiin yrityksiin, joihin tekijällä on pääsy. " +
          "Reskontraoikeudet kopioidaan tekijältä tällä hetkellä: myöhempi muutos ei muuta tunnuksia."
      )
    ),
    !inFirm &&
      h(
        "div",
        { class: "note" },
        say(
          "Accounting firms are advised to do this in the firm's own environment. One pair serves all client companies.",
          "Tilitoimiston kannattaa tehdä tämä omassa ympäristössään. Yhdet tunnukset riittävät kaikille asiakasyrityksille."
        )
      ),
    h(
      "p",
      { class: "row" },
      h(
        "button",
        { class: "primary", onclick: create("create-credential") },
        say("Create new API credentials", "Luo uudet rajapintatunnukset")
      ),
      h(
        "button",
        { onclick: create("create-training-credential", "training") },
        say("Create them in the training environment", "Luo tunnukset koulutusympäristössä")
      )
    ),
    fresh && fresh.user === at.user && freshCredential(fresh),
    h("h2", null, say(`Credentials of ${at.user}`, `Tunnukset: ${at.user}`)),
    list(mine, say("None yet.", "Ei vielä tunnuksia.")),
    others.length ? h("h2", null, say("Credentials of others", "Muiden tunnukset")) : null,
    others.length ? list(others, "") : null,
  ].filter(Boolean);
}

function freshCredential(made) {
  const line = (label, value, said) =>
    h(
      "div",
      { class: "row" },
      h("span", { class: "field" }, h("span", null, label), h("span", { class: "secret" }, value)),
      h("button", { onclick: () => copy(value, said) }, say(`Copy ${label}`, `Kopioi: ${label}`))
    );
  return h(
    "section",
    { class: "card", "aria-label": say("New API credentials", "Uudet rajapintatunnukset") },
    h("h2", null, say("New API credentials", "Uudet rajapintatunnukset")),
    made.from === "training" &&
      h(
        "div",
        { class: "note" },
        say(
          "Made in the training environment (koulutus.netvisor.fi): they look alike, but this environment does not know them.",
          "Luotu koulutusympäristössä (koulutus.netvisor.fi): ne näyttävät samalta, mutta tämä ympäristö ei tunne niitä."
        )
      ),
    line(say("API key", "API-avain"), made.customer_key, say("The API key was copied", "API-avain kopioitiin")),
    line(
      say("user identifier", "käyttäjätunniste"),
      made.customer_id,
      say("The user identifier was copied", "Käyttäjätunniste kopioitiin")
    ),
    h(
      "p",
      { class: "quiet small" },
      say(
        "The key is shown only now. Leave this page open until it has been used, or make new credentials.",
        "Avain näytetään vain nyt. Pidä sivu auki, kunnes avain on käytetty, tai luo uudet tunnukset."
      )
    )
  );
}

function list(rows, empty) {
  return table(
    [
      say("User identifier", "Käyttäjätunniste"),
      say("API key", "API-avain"),
      say("User", "Käyttäjä"),
      say("Created", "Luotu"),
      say("Companies", "Yritykset"),
    ],
    rows.map((each) => [
      h("code", null, each.customer_id),
      h("code", null, `…${each.key_ends}`),
      each.active ? each.user : [each.user, " ", badge(say("removed", "poistettu"), "bad")],
      each.created.replace("T", " "),
      each.companies.join(", "),
    ]),
    empty
  );
}
