// Purchase invoices: the list, and one invoice with its lines, what was posted, and its history.

import { badge, euros, field, h, percent, read, table } from "./dom.js";
import { STATUSES, say } from "./language.js";

const ARRIVALS = [0, 1, 5, 15, 60];

let search = "";
let page = 1;

export async function invoices(at) {
  const [key] = at.parameters;
  return key ? one(at, key) : list(at);
}

async function list(at) {
  const query = new URLSearchParams({ search, page });
  const found = await read(`/page/company/${at.company.business_id}/invoices?${query}`);
  if (page > found.pages) page = 1;
  const input = h("input", { type: "search", value: search });
  const turn = (to) => () => {
    page = to;
    at.draw();
  };
  return [
    h(
      "form",
      {
        class: "row",
        onsubmit: (event) => {
          event.preventDefault();
          search = input.value;
          page = 1;
          at.draw();
        },
      },
      field(say("Vendor, number or status", "Toimittaja, numero tai tila"), input),
      h("button", null, say("Search", "Hae")),
      h(
        "button",
        {
          type: "button",
          onclick: () => at.do("receive-invoice", {}, say("A new invoice arrived.", "Uusi lasku saapui.")),
        },
        say("A new invoice arrives", "Uusi lasku saapuu")
      ),
      field(
        say("By itself", "Itsestään"),
        h(
          "select",
          {
            onchange: (event) => at.do("let-invoices-arrive", { minutes: Number(event.target.value) }),
          },
          ARRIVALS.map((minutes) =>
            h(
              "option",
              { value: minutes, selected: at.company.arrivals === minutes },
              minutes ? say(`every ${minutes} min`, `${minutes} min välein`) : say("never", "ei koskaan")
            )
          )
        )
      )
    ),
    h("p", { class: "quiet small" }, say(`${found.total} invoices`, `${found.total} laskua`)),
    table(
      [
        say("Date", "Päiväys"),
        say("Vendor", "Toimittaja"),
        say("Number", "Numero"),
        { number: say("Amount, €", "Summa, €") },
        say("Status", "Tila"),
        say("Posting", "Tiliöinti"),
      ],
      found.invoices.map((invoice) => [
        invoice.date,
        h("a", { href: `#invoices/${invoice.key}` }, invoice.vendor),
        invoice.number,
        { number: euros(invoice.amount) },
        statusBadge(invoice),
        postingBadge(invoice),
      ]),
      say("No invoices.", "Ei laskuja.")
    ),
    h(
      "p",
      { class: "row" },
      h("button", { disabled: page <= 1, onclick: turn(page - 1) }, say("Newer", "Uudemmat")),
      h("span", { class: "quiet small" }, `${page} / ${found.pages}`),
      h("button", { disabled: page >= found.pages, onclick: turn(page + 1) }, say("Older", "Vanhemmat"))
    ),
  ];
}

async function one(at, key) {
  const invoice = await read(`/page/company/${at.company.business_id}/invoices/${key}`).catch(() => null);
  if (invoice === null) return [h("p", null, say("There is no such invoice in this company.", "Laskua ei ole tässä yrityksessä."))];
  const order = Object.keys(STATUSES());
  const handle = (status, name) =>
    h(
      "button",
      {
        disabled: order.indexOf(status) <= order.indexOf(invoice.status),
        onclick: () => at.do("handle-invoice", { key: invoice.key, status }),
      },
      name
    );
  const columns = [
    say("Account", "Tili"),
    { number: say("Sum, €", "Summa, €") },
    { number: say("VAT", "ALV") },
    say("VAT code", "ALV-koodi"),
    say("Dimensions", "Laskentakohteet"),
  ];
  const amounts = (line) => [
    line.account || badge(say("not posted", "tiliöimättä"), "warn"),
    { number: euros(line.sum) },
    { number: percent(line.vat) },
    line.vat_code,
    line.dimensions.join(", "),
  ];
  return [
    h("p", null, h("a", { href: "#invoices" }, say("All purchase invoices", "Kaikki ostolaskut"))),
    h(
      "section",
      { class: "card" },
      h("h2", null, `${invoice.vendor} · ${invoice.number}`),
      h("p", null, statusBadge(invoice), " ", postingBadge(invoice)),
      table(
        [
          say("Invoice date", "Laskupäivä"),
          say("Due date", "Eräpäivä"),
          { number: say("Amount, €", "Summa, €") },
          say("Reference", "Viite"),
          say("Circulation list", "Kiertolista"),
          say("Netvisor key", "Netvisor-tunniste"),
        ],
        [[invoice.date, invoice.due, { number: euros(invoice.amount) }, invoice.reference, invoice.circulation || "–", invoice.key]],
        ""
      ),
      h(
        "p",
        { class: "row" },
        handle("approved", say("Verify", "Asiatarkasta")),
        handle("accepted", say("Approve", "Hyväksy")),
        handle("acceptorrejected", say("Reject", "Hylkää"))
      )
    ),
    h("h2", null, say("Lines (gross)", "Rivit (brutto)")),
    table(
      [say("Description", "Kuvaus"), ...columns],
      invoice.lines.map((line) => [line.description || "–", ...amounts(line)]),
      say("No lines.", "Ei rivejä.")
    ),
    posting(at, invoice),
    h("h2", null, invoice.voucher ? say(`Voucher ${invoice.voucher.number}`, `Tosite ${invoice.voucher.number}`) : say("Voucher", "Tosite")),
    table(columns, (invoice.voucher?.lines ?? []).map(amounts), say("Not posted yet.", "Ei vielä tositetta.")),
    h("h2", null, say("Handling history", "Käsittelyhistoria")),
    table(
      [say("Time", "Aika"), say("What", "Mitä"), say("Comment", "Kommentti"), say("Who", "Kuka")],
      invoice.history.map((each) => [each.time, STATUSES()[each.heading] ?? each.heading, each.description, each.user]),
      ""
    ),
  ];
}

// A person posts the invoice, or corrects how it is posted: an account for each line.
function posting(at, invoice) {
  const choices = invoice.lines.map((line) =>
    h(
      "select",
      { "aria-label": say(`Account of ${line.description}`, `Rivin ${line.description} tili`) },
      line.number === null && h("option", { value: "" }, "–"),
      invoice.accounts.map((name) =>
        h("option", { value: name.split(" ")[0], selected: name.split(" ")[0] === String(line.number) }, name)
      )
    )
  );
  const accounts = () => invoice.lines.map((line, place) => `${line.key}:${choices[place].value}`).join(",");
  return h(
    "form",
    {
      class: "row",
      onsubmit: (event) => {
        event.preventDefault();
        at.do("post-invoice", { key: invoice.key, accounts: accounts() }, say("The invoice was posted.", "Lasku tiliöitiin."));
      },
    },
    choices,
    h("button", null, invoice.posted ? say("Correct the posting", "Korjaa tiliöinti") : say("Post", "Tiliöi"))
  );
}

function statusBadge(invoice) {
  const kind = { open: "warn", approved: "", accepted: "good", acceptorrejected: "bad" }[invoice.status];
  const words = STATUSES()[invoice.status] ?? invoice.status;
  return badge(invoice.paid ? say(`${words}, paid`, `${words}, maksettu`) : words, kind);
}

function postingBadge(invoice) {
  if (invoice.posted) return badge(say("Posted", "Tiliöity"), "good");
  return invoice.ready ? badge(say("Pre-posted", "Esitiliöity"), "warn") : badge(say("Not posted", "Tiliöimättä"));
}
