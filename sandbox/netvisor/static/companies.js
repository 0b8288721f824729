// The firm's client companies: a list that can be copied as a table's lines or saved as a file, and fifty more to try with.

import { copy, h, table } from "./dom.js";
import { say } from "./language.js";

const MANY = 50;

export async function clientCompanies(at) {
  const companies = at.overview.companies.filter((each) => !each.is_firm);
  const heading = [say("Business id", "Y-tunnus"), say("Name", "Nimi")];
  const lines = (rows) => rows.map((row) => row.join(";")).join("\n");
  const rows = companies.map((each) => [each.business_id, each.name]);
  // A byte order mark, so that spreadsheets read the umlauts.
  const file = `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${lines([heading, ...rows])}\n`)}`;
  return [
    h(
      "p",
      { class: "row" },
      h(
        "button",
        { onclick: () => copy(lines(rows), say("The list was copied", "Lista kopioitiin")) },
        say("Copy business ids and names", "Kopioi Y-tunnukset ja nimet")
      ),
      h("a", { href: file, download: say("client-companies.csv", "asiakasyritykset.csv") }, say("Save as CSV", "Tallenna CSV")),
      companies.length < MANY &&
        h(
          "button",
          {
            class: "primary",
            onclick: () => at.do("add-many-companies", {}, say("Fifty companies were added.", "50 yritystä lisättiin.")),
          },
          say("Add fifty companies", "Lisää 50 yritystä")
        )
    ),
    table([...heading, say("What it is for", "Mitä varten")], companies.map((each) => [h("span", { class: "date" }, each.business_id), each.name, each.about]), ""),
  ];
}
