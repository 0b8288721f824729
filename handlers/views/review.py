"""Review: the card that says what waits for people, and the modal in which they go through it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    escape,
    header,
    modal,
    option,
    plain,
    section,
    text_input,
)
from handlers.views.words import state_name
from services.facts import Queue, ReviewCard, ReviewPage
from services.outbox import Rendered
from services.prediction import ACCOUNT, DIMENSION_PREFIX, VAT
from services.proposals import Choice, LineProposal, Origin, code_fits
from services.records import Client, ClientState, Process, Registers

LINES = 15
"""Lines of an invoice that are shown at once."""

QUEUES = 15
"""Clients that a channel's card shows, the longest queues first."""

LISTS = 5
"""Clients of whom a channel's card says that circulation lists are to be set by hand."""

MOST_REASONS = 3
MOST_ALTERNATIVES = 3
MOST_OPTIONS = 100

VAT_CODES = (
    "NONE", "KOOS", "EUOS", "EUPO", "EVTO", "EVPO", "EVKV", "KAVE", "RAOS", "EVRO", "MAAL", "EVMA", "EUUO", "100",
)  # fmt: skip
"""Netvisor's VAT codes of purchases (reference: netvisor.md 3.8)."""


def review_card(locale: Locale, fact: ReviewCard) -> Rendered:
    """Return the one message that says what waits for people in a channel."""
    _ = locale.gettext
    text = _("Nothing waits for review.")
    sign = ":white_check_mark:"
    if fact.waiting:
        sign = ":mag:"
        text = locale.ngettext("{number} invoice waits for review.", "{number} invoices wait for review.", fact.waiting)
    blocks = [section(f"{sign} *{text}*")]
    for queue in fact.queues[:QUEUES]:
        review = button(_("Review"), Action.REVIEW, queue.client.id)
        if queue.waiting:
            row = f"{Action.REVIEW}:{queue.client.id}"
            blocks.append(section(_queue(locale, queue), block_id=row, accessory=review))
    blocks += [lists_to_set(locale, queue) for queue in fact.queues if queue.lists][:LISTS]
    if len(fact.queues) > QUEUES:
        more = locale.number(len(fact.queues) - QUEUES)
        blocks.append(
            context(_("… and {number} more clients. Open one with /fabric review and its name.", number=more))
        )
    if fact.silent_since:
        silence = locale.ngettext(
            "Netvisor has not answered for {number} client since {moment}. What arrives and what is confirmed goes on "
            "by itself when it does.",
            "Netvisor has not answered for {number} clients since {moment}. What arrives and what is confirmed goes on "
            "by itself when it does.",
            fact.silent,
            moment=locale.moment(fact.silent_since),
        )
        blocks.append(context(f":hourglass_flowing_sand: {silence}"))
    notes = [_("Written to Netvisor today: {number}.", number=locale.number(fact.written))]
    if fact.automated:
        notes.append(_("Of these without asking: {number}.", number=locale.number(fact.automated)))
    if fact.being_written:
        notes.append(_("To be written: {number}.", number=locale.number(fact.being_written)))
    blocks.append(context(" ".join(notes)))
    return Rendered(text, tuple(blocks))


def _queue(locale: Locale, queue: Queue) -> str:
    _ = locale.gettext
    counts = sorted(queue.reasons.items(), key=lambda item: -item[1])
    shown = [f"{reason_name(locale, reason)}: {locale.number(number)}" for reason, number in counts[:MOST_REASONS]]
    text = f"*{escape(queue.client.name)}* · {locale.number(queue.waiting)}\n{', '.join(shown)}"
    if queue.oldest:
        text += " · " + _("the oldest since {day}", day=locale.date(queue.oldest))
    if queue.client.state is ClientState.BLOCKED:
        text += "\n:no_entry: " + _("Blocked: what is confirmed is written when the rights are in order.")
    return text


def reason_name(locale: Locale, reason: str) -> str:
    """Return why an invoice waits, in a few words."""
    _ = locale.gettext
    return {
        "review": _("every line is certain"),
        "uncertain": _("something is uncertain"),
        "nothing_learnt": _("nothing like it has been seen"),
        "credit_note": _("a credit note"),
        "foreign_currency": _("in a foreign currency"),
        "sums_differ": _("the lines do not make up the sum"),
        "no_list": _("no circulation list is chosen"),
        "changed": _("changed in Netvisor meanwhile"),
        "period_locked": _("the accounting period is locked"),
        "refused": _("Netvisor refused the posting"),
        "outcome_unknown": _("nobody knows whether it was written"),
        "sample": _("a sample for checking"),
        "automation_stopped": _("automation was stopped before it was written"),
    }.get(reason, reason)


def _advice(locale: Locale, reason: str) -> str:
    """Return what a reviewer should know before confirming, or nothing."""
    _ = locale.gettext
    return {
        "nothing_learnt": _("Nothing like this has been posted here before: choose the accounts."),
        "credit_note": _("A credit note: it is not matched with the invoice that it credits."),
        "foreign_currency": _("The invoice is in a foreign currency; the sums are as Netvisor gives them."),
        "sums_differ": _("The lines do not make up the invoice's sum, so it can only be handled in Netvisor."),
        "sample": _("Drawn as a sample: automation would have written this. Is it right?"),
        "changed": _("The invoice was changed in Netvisor after it was confirmed, so nothing was written."),
        "period_locked": _(
            "Netvisor refused: the accounting period is locked. Open the period in Netvisor and confirm again, or "
            "handle the invoice there."
        ),
        "refused": _("Netvisor refused the posting. Change it and confirm again, or handle the invoice in Netvisor."),
        "outcome_unknown": _(
            "The connection broke while this was written, and the invoice no longer looks as before or as proposed. "
            "Look at it in Netvisor before confirming again."
        ),
    }.get(reason, "")


def metadata(page: ReviewPage, seen: str, first: int) -> str:
    """Return what the modal carries back to us: ids and the version that it shows."""
    return json.dumps({"invoice": page.row.id, "client": page.client.id, "seen": seen, "first": first})


def review_page(locale: Locale, page: ReviewPage, seen: str, *, first: int = 0, note: str = "") -> View:
    """Return the modal with one invoice; sending it confirms the invoice and leads to the next."""
    _ = locale.gettext
    invoice, lines = page.invoice, page.proposal.lines
    blocks: list[Block] = [
        context(
            _(
                "{place} of {waiting} · {name}",
                place=locale.number(page.place),
                waiting=locale.number(page.waiting),
                name=escape(page.client.name),
            )
        ),
        header(page.row.vendor or _("No vendor")),
        section(_about(locale, page)),
    ]
    advice = _advice(locale, page.row.reason)
    blocks += [section(f":information_source: {words}") for words in (note, advice) if words]
    for place, line in list(enumerate(lines))[first : first + LINES]:
        blocks += _line(locale, page, place, line)
    if len(lines) > LINES:
        blocks.append(_line_pages(locale, len(lines), first))
    blocks += [
        *circulation_blocks(locale, page),
        _of_invoice(page, text_input(Field.COMMENT, _("Comment, shown in Netvisor"), max_length=1000, optional=True)),
        actions(
            button(_("Picture"), Action.REVIEW_PICTURE, page.row.id),
            button(_("Skip"), Action.REVIEW_SKIP),
            button(_("Handle in Netvisor"), Action.REVIEW_LEAVE),
            block_id=f"{Action.REVIEW_PICTURE}:{invoice.key}",
        ),
        context(_consequence(locale, page.client)),
    ]
    return modal(
        Callback.REVIEW,
        _("Review"),
        blocks,
        submit=_("Confirm and next"),
        close=_("Close"),
        reference=metadata(page, seen, first),
    )


def _consequence(locale: Locale, client: Client) -> str:
    _ = locale.gettext
    if client.process is Process.STANDARD:
        return _("Confirming posts the invoice in Netvisor. Nothing is approved by it.")
    return _("Confirming posts the invoice in Netvisor, or prepares it to be when it is approved. Nothing is approved.")


def nothing_left(locale: Locale, client: Client, note: str = "", underway: int = 0) -> View:
    """Return the modal when nothing waits any more; `underway` is how many confirmed invoices are being written."""
    _ = locale.gettext
    words = _("Nothing waits for review.")
    if underway:
        words += " " + _("What you confirmed is being written to Netvisor.")
    if client.state is not ClientState.PRODUCTION:
        words += " " + _("Invoices come here once the client is in production.") + f"\n{state_name(locale, client)}"
    blocks = [section(f":white_check_mark: *{escape(client.name)}*\n{words}")]
    if note:
        blocks.insert(0, section(f":information_source: {note}"))
    return modal(Callback.REVIEW, _("Review"), blocks, close=_("Close"), clear_on_close=True)


def _about(locale: Locale, page: ReviewPage) -> str:
    _ = locale.gettext
    invoice = page.invoice
    parts = [_("Invoice {number}", number=escape(page.row.number or "–"))]
    if invoice.invoice_date:
        parts.append(_("dated {day}", day=locale.date(invoice.invoice_date)))
    if invoice.due_date:
        parts.append(_("due {day}", day=locale.date(invoice.due_date)))
    text = f"*{locale.money(page.row.amount)}* · " + " · ".join(parts)
    references = ", ".join(filter(None, (invoice.our_reference, invoice.your_reference)))
    if references:
        text += "\n" + _("References: {references}", references=escape(references[:300]))
    return text


def _line(locale: Locale, page: ReviewPage, place: int, line: LineProposal) -> list[Block]:
    _ = locale.gettext
    sign = ":white_check_mark:" if _is_certain(line) else ":grey_question:"
    money = locale.money(line.sum)
    vat = _("VAT {percent} %", percent=line.vat_percent.replace(".", ","))
    words = escape(line.text[:300]) or _("No text")
    text = f"{sign} {words} · *{money}* · {vat}"
    text += "\n" + _choice_text(locale, page.registers, ACCOUNT, line.account, _("no account"))
    text += f" · {line.vat.label}"
    for name, choice in line.dimensions.items():
        text += f" · {escape(name)}: {escape(choice.label)}{_confidence(locale, choice)}"
    reason = reason_text(locale, page.registers, line.account)
    if reason:
        text += f"\n_{reason}_"
    change = button(_("Change"), Action.REVIEW_LINE, str(place))
    blocks = [section(text, block_id=f"line:{place}", accessory=change)]
    others = [label for label, _chance in line.account.alternatives if label != line.account.label]
    if not line.account.is_certain and others:
        choices = [
            {
                **button(
                    account_name(page.registers, label), f"{Action.REVIEW_ALTERNATIVE}:{number}", f"{place}:{label}"
                ),
            }
            for number, label in enumerate(others[:MOST_ALTERNATIVES])
        ]
        blocks.append(actions(*choices, block_id=f"{Action.REVIEW_ALTERNATIVE}:{place}"))
    return blocks


def _is_certain(line: LineProposal) -> bool:
    choices = (line.account, line.vat, *line.dimensions.values())
    return bool(line.account.label) and all(choice.is_certain or choice.origin is Origin.DEFAULT for choice in choices)


def _line_pages(locale: Locale, number: int, first: int) -> Block:
    _ = locale.gettext
    starts = list(range(0, number, LINES))[:20]
    choices = [
        option(_("Lines {first}–{last}", first=start + 1, last=min(start + LINES, number)), str(start))
        for start in starts
    ]
    current = next(choice for choice in choices if choice["value"] == str(first))
    select = {
        "type": "static_select",
        "action_id": Action.REVIEW_LINES,
        "options": choices,
        "initial_option": current,
    }
    return actions(select, block_id=f"{Action.REVIEW_LINES}:{first}")


def account_name(registers: Registers | None, number: str) -> str:
    """Return an account as people know it: its number and name."""
    name = registers.accounts.get(number) if registers else None
    return f"{number} {name}" if name else number


def _confidence(locale: Locale, choice: Choice) -> str:
    return f" ({locale.percent(choice.confidence)})" if choice.origin is Origin.PREDICTED else ""


def _choice_text(locale: Locale, registers: Registers | None, target: str, choice: Choice, nothing: str) -> str:
    if not choice.label:
        return f"*{nothing}*"
    label = account_name(registers, choice.label) if target == ACCOUNT else choice.label
    return f"*{escape(label)}*{_confidence(locale, choice)}"


def reason_text(locale: Locale, registers: Registers | None, choice: Choice) -> str:
    """Return in one sentence what a choice rests on, nothing where there is nothing to say."""
    _ = locale.gettext
    match choice.origin:
        case Origin.PERSON:
            return _("Posted by a person in Netvisor: it is kept.")
        case Origin.DEFAULT:
            return _("The vendor's default account in Netvisor: it is kept, because nothing else is certain enough.")
        case Origin.REVIEWER:
            return _("Chosen in the review.")
        case Origin.RULE:
            return _(
                "By rule {place} of {person}.", place=choice.reason["place"], person=f"<@{choice.reason['person']}>"
            )
        case Origin.PREDICTED:
            return _grounds(locale, registers, choice.label, choice.reason)
        case _:
            return ""


def _grounds(locale: Locale, registers: Registers | None, label: str, reason: Mapping[str, Any]) -> str:
    _ = locale.gettext
    if reason.get("literal"):
        return _("“{name}” stands on the invoice.", name=escape(str(reason["literal"])))
    if not reason.get("seen"):
        return ""
    text = _(
        "Earlier lines {alike}: {agreeing} of {seen} were posted so.",
        alike=_alike(locale, str(reason["ground"])),
        agreeing=locale.number(reason["agreeing"]),
        seen=locale.number(reason["seen"]),
    )
    if reason.get("amount_usual") is False:
        text += " " + _("The amount is unusual.")
    return text


def _alike(locale: Locale, ground: str) -> str:
    """Return what the earlier lines had in common with this one (`services.prediction.levels`)."""
    _ = locale.gettext
    known = {
        "vendor_text": _("from this vendor with this text"),
        "vendor_text_word": _("from this vendor with a similar text"),
        "vendor_amount": _("from this vendor with this amount"),
        "vendor_amount_near": _("from this vendor with nearly this amount"),
        "vendor_amount_size": _("from this vendor of about this amount"),
        "vendor_product": _("from this vendor with this product code"),
        "vendor_reference": _("from this vendor with this reference"),
        "text": _("with this text"),
        "text_word": _("with a similar text"),
    }
    if ground in known:
        return known[ground]
    return _("from this vendor") if ground.startswith("vendor") else _("in this company")


def circulation_blocks(locale: Locale, page: ReviewPage) -> list[Block]:
    """Return the choice of the invoice's circulation list, where the process sets one and the company has any."""
    _ = locale.gettext
    choice = page.proposal.circulation
    lists: Mapping[str, str] = page.registers.lists if page.registers else {}
    if page.client.process is not Process.ALTERNATIVE_WITH_CIRCULATION:
        return []
    if choice.origin is Origin.PERSON:
        name = escape(str(choice.reason.get("name") or "")[:100])
        if not name:
            return [context(_("The invoice has a circulation in Netvisor already: it is kept."))]
        return [context(_("The invoice has a circulation in Netvisor already: *{name}*. It is kept.", name=name))]
    if not lists:
        return [context(_("The company has no circulation lists in Netvisor: the invoice gets none."))]
    element: dict[str, Any] = {"type": "external_select", "min_query_length": 0, "placeholder": plain(_("Search"))}
    if choice.label in lists:
        element["initial_option"] = option(list_name(lists, choice.label), choice.label)
    block = choice_input(Field.CIRCULATION, _("Circulation list"), element)
    reason = reason_text(locale, page.registers, choice)
    words = f"{reason} " if reason else ""
    then = _("Once the posting is written, the list is set by hand in Netvisor: you are reminded of it.")
    if page.sends_lists:
        then = _("Once the posting is written, the list is sent to Netvisor.")
    return [_of_invoice(page, block), context(f"{words}{then}")]


def _of_invoice(page: ReviewPage, block: Block) -> Block:
    """Return an input by a name of this invoice: Slack keeps what stands in one of the same name in the next view."""
    return {**block, "block_id": f"{block['block_id']}:{page.invoice.key}"}


def list_name(lists: Mapping[str, str], key: str) -> str:
    """Return a circulation list's name, with its key where another list has the same."""
    name = lists[key]
    same = sum(other.casefold().split() == name.casefold().split() for other in lists.values())
    return f"{name[:50]} ({key})" if same > 1 else name


def lists_to_set(locale: Locale, queue: Queue) -> Block:
    """Return how many circulation lists of a client people are to set in Netvisor, with a button that shows them."""
    words = locale.ngettext(
        "{number} invoice waits for its circulation list to be set in Netvisor.",
        "{number} invoices wait for their circulation lists to be set in Netvisor.",
        queue.lists,
    )
    show = button(locale.gettext("Show"), Action.LISTS_BY_HAND, queue.client.id)
    row = f"{Action.LISTS_BY_HAND}:{queue.client.id}"
    return section(f"*{escape(queue.client.name)}* · {words}", block_id=row, accessory=show)


def line_view(locale: Locale, page: ReviewPage, place: int, reference: str) -> View:
    """Return the view that changes one line: its account, VAT code and dimensions, and splits it."""
    _ = locale.gettext
    line = page.proposal.lines[place]
    registers = page.registers
    account: dict[str, Any] = {"type": "external_select", "min_query_length": 0, "placeholder": plain(_("Search"))}
    if line.account.label:
        account["initial_option"] = option(account_name(registers, line.account.label), line.account.label)
    percent = Decimal(line.vat_percent)
    codes = [code for code in dict.fromkeys((line.vat.label, *VAT_CODES)) if code and code_fits(code, percent)]
    vat: dict[str, Any] = {"type": "static_select", "options": [option(code, code) for code in codes or VAT_CODES]}
    if line.vat.label in codes:
        vat["initial_option"] = option(line.vat.label, line.vat.label)
    blocks: list[Block] = [
        section(f"{escape(line.text[:300])} · *{locale.money(line.sum)}*"),
        choice_input(Field.ACCOUNT, _("Account"), account, hint=_("Write the number or a part of the name.")),
        choice_input(Field.VAT, _("VAT code"), vat),
    ]
    names = dict.fromkeys((*line.dimensions, *(registers.dimensions if registers else ())))
    for number, name in enumerate(list(names)[:10]):
        element: dict[str, Any] = {"type": "external_select", "min_query_length": 0, "placeholder": plain(_("Search"))}
        label = line.dimensions[name].label if name in line.dimensions else ""
        if label:
            element["initial_option"] = option(label, label[:150])
        block = choice_input(Field.DIMENSION, name, element)
        blocks.append({**block, "block_id": f"{Field.DIMENSION}:{number}:{name}"[:255], "optional": not label})
    blocks.append(
        text_input(
            Field.PART,
            _("Split off"),
            hint=_("An amount in euros, VAT included, that becomes a line of its own."),
            optional=True,
            max_length=20,
        )
    )
    return modal(
        Callback.REVIEW_LINE, _("Change the line"), blocks, submit=_("Save"), close=_("Back"), reference=reference
    )


def found_options(pairs: Sequence[tuple[str, str]], words: str) -> list[dict[str, Any]]:
    """Return options (value, name) that have all the words, those that begin with them first."""
    wanted = words.casefold().split()
    found = [(value, name) for value, name in pairs if all(word in name.casefold() for word in wanted)]
    found.sort(key=lambda pair: not pair[1].casefold().startswith(words.casefold().strip()))
    return [option(name, value) for value, name in found[:MOST_OPTIONS] if len(value) <= 150]


def target_of_block(block_id: str) -> str:
    """Return the target that an input of the line's view sets."""
    if block_id == Field.ACCOUNT:
        return ACCOUNT
    if block_id == Field.VAT:
        return VAT
    return DIMENSION_PREFIX + block_id.split(":", 2)[2]
