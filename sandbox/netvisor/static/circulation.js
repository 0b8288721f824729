// Circulation lists of one company.

import { badge, field, h, table } from "./dom.js";
import { say } from "./language.js";

function rename(at, list) {
  const name = window.prompt(say("New name of the list", "Listan uusi nimi"), list.name);
  if (name) at.do("rename-circulation-list", { key: list.key, name });
}

export async function circulationLists(at) {
  const names = at.company.circulation_lists.map((each) => each.name);
  const twice = (name) => names.filter((each) => each === name).length > 1;
  const rows = at.company.circulation_lists.map((each) => [
    [each.name, " ", twice(each.name) && badge(say("same name twice", "sama nimi kahdesti"), "warn")].filter(Boolean),
    each.verifiers.join(", "),
    each.approver,
    each.is_default ? badge(say("default", "oletus")) : "",
    [
      h("button", { onclick: () => rename(at, each) }, say(`Rename ${each.name}`, `Nimeä uudelleen ${each.name}`)),
      h(
        "button",
        { onclick: () => at.do("duplicate-circulation-list", { key: each.key }) },
        say(`Duplicate ${each.name}`, `Monista ${each.name}`)
      ),
      h(
        "button",
        { onclick: () => at.do("remove-circulation-list", { key: each.key }) },
        say(`Remove ${each.name}`, `Poista ${each.name}`)
      ),
    ],
  ]);
  const name = h("input", { required: true });
  const verifiers = h("input", { size: 32, placeholder: "Maija Kataja, Sami Lahti" });
  const approver = h("input", {});
  const add = (event) => {
    event.preventDefault();
    at.do(
      "add-circulation-list",
      { name: name.value, verifiers: verifiers.value, approver: approver.value },
      say("Added.", "Lisätty.")
    );
  };
  return [
    h(
      "p",
      null,
      say(
        "Netvisor does not publish how the message that sets an invoice's circulation spells its list, nor how an invoice's own circulation is read back. Here any element that holds a list's key is taken, and an invoice's circulation looks like an entry of getcirculationlists.nv: a guess, which the switches change.",
        "Netvisor ei julkaise, miten laskun kierron asettava sanoma nimeää listan eikä missä muodossa laskun kierto luetaan takaisin. Täällä kelpaa mikä tahansa elementti, jossa on listan avain, ja laskun kierto näyttää getcirculationlists.nv:n riviltä: arvaus, jota kytkimet muuttavat."
      )
    ),
    table(
      [
        say("Name", "Nimi"),
        say("Inspectors", "Asiatarkastajat"),
        say("Approver", "Hyväksyjä"),
        "",
        "",
      ],
      rows,
      say("This company has no circulation lists.", "Yrityksellä ei ole kiertolistoja.")
    ),
    h(
      "section",
      { class: "card" },
      h("h2", null, say("New circulation list", "Uusi kiertolista")),
      h(
        "form",
        { class: "row", onsubmit: add },
        field(say("Name of the list", "Listan nimi"), name),
        field(say("Inspectors, separated by commas", "Asiatarkastajat pilkuin erotettuna"), verifiers),
        field(say("Approver", "Hyväksyjä"), approver),
        h("button", { class: "primary" }, say("Add list", "Lisää lista"))
      )
    ),
  ];
}
