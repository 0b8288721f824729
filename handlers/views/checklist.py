"""The checklist: what the API cannot show, asked of people; who ticked what and when, and what a write said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.ids import Action
from handlers.locale import Locale
from handlers.views.elements import Block, actions, context, cut, escape, option, section
from handlers.views.repairs import repair_of
from handlers.views.words import check_name
from services.facts import CheckResult
from services.findings import Finding
from services.ticks import OFF_LISTS, RIGHTS, Item, TickState, checklist

REPAIRS = {
    "posting": "posting_level",
    "inspector": "inspector_right",
    "approver": "approver_right",
    "circulation_setter": "setter_right",
    "accountant_role": "accountant_role",
}
"""What mends a right of the checklist."""

LISTS_TEXT = 2500
"""Characters in which circulation lists are shown with their members."""

LONGEST_NAME = 100


def checklist_blocks(locale: Locale, result: CheckResult, findings: Sequence[Finding]) -> list[Block]:
    """Return the checklist of a finished check."""
    _ = locale.gettext
    if result.check.finished_at is None:
        return []
    rights, settings = checklist(result.client, findings, result.ticks)
    blocks: list[Block] = []
    if rights:
        head = (
            ":ballot_box_with_check: *"
            + _("Please look these up in Netvisor and tick them")
            + "*\n"
            + _(
                "The API does not show them. Company menu › Users and access rights › Sales and purchase ledger "
                "rights (Myynti- ja ostoreskontrien oikeudet), and Users and roles (Käyttäjät ja roolit). They do "
                "not hold the training up."
            )
        )
        blocks += _group(locale, result, rights, Action.TICK, head)
    if settings:
        if any(item.id == OFF_LISTS for item in settings):
            blocks.append(section(lists_text(locale, findings)))
        head = (
            ":ballot_box_with_check: *"
            + _("Settings that the API does not show")
            + "*\n"
            + _(
                "Rules are under Purchases › Automatic processing. AutoSuggest may stay as it is: predictions "
                "override it. For this client, do not follow Netvisor's view of unchecked postings."
            )
        )
        blocks += _group(locale, result, settings, Action.TICK_SETTINGS, head)
    return blocks


def _group(locale: Locale, result: CheckResult, items: Sequence[Item], action: Action, head: str) -> list[Block]:
    asked = [item for item in items if item.state is not TickState.PROVEN]
    blocks: list[Block] = []
    if asked:
        options = [item_option(locale, item.id) for item in asked]
        chosen = [choice for choice, item in zip(options, asked, strict=True) if item.state is TickState.TICKED]
        boxes: dict[str, Any] = {"type": "checkboxes", "action_id": action, "options": options}
        if chosen:
            boxes["initial_options"] = chosen
        # The block carries the client, because a message has no private_metadata. Slack keeps what was ticked in a
        # block of the same name: one whose tick was reopened is another block.
        again = sum(1 for item in asked if item.state in (TickState.REOPENED, TickState.CHANGED))
        blocks += [section(head), actions(boxes, block_id=f"{action}:{result.client.id}:{again}")]
    known = [item_text(locale, item) for item in items if item.tick]
    return [*blocks, context("\n".join(known))] if known else blocks


def item_option(locale: Locale, item_id: str) -> dict[str, Any]:
    """Return an item as a checkbox; both texts stay within Slack's 75 characters."""
    return option(item_name(locale, item_id), item_id, _why(locale, item_id))


def item_name(locale: Locale, item_id: str) -> str:
    """Return what a person says by ticking an item."""
    _ = locale.gettext
    if item_id in RIGHTS:
        return check_name(locale, item_id)
    return {
        OFF_LISTS: _("The accountant is on none of the circulation lists"),
        "event_date_rules": _("No rule of automatic processing sets the event date"),
        "default_postings": _("Suppliers' default postings and dimensions are right"),
        "rounding": _("The automation of rounding differences is on"),
        "first_to_user": _("Invoices come to the user of these credentials first"),
        "list_rules": _("No rule of automatic processing picks circulation lists"),
    }[item_id]


def _why(locale: Locale, item_id: str) -> str | None:
    _ = locale.gettext
    return {
        OFF_LISTS: _("Otherwise invoices wait for the accountant in Netvisor."),
        "event_date_rules": _("Such rules block predictions."),
        "default_postings": _("Postings give way to certainty over 80%, dimensions never."),
        "rounding": _("It avoids needless differences."),
        "first_to_user": _("Before anyone else in the circulation."),
        "list_rules": _("Such a rule overrides the default list."),
    }.get(item_id)


def item_text(locale: Locale, item: Item) -> str:
    """Return who ticked an item and when, and what a write said of it."""
    _, tick = locale.gettext, item.tick
    assert tick is not None
    values: dict[str, str] = {
        "what": item_name(locale, item.id),
        "person": f"<@{tick.person}>",
        "ticked": locale.moment(tick.ticked_at) if tick.ticked_at else "",
    }
    if item.state is TickState.PROVEN and tick.proven_at:
        day = locale.moment(tick.proven_at)
        text = _("{what}: proven by a write to Netvisor on {day}.", what=values["what"], day=day)
        if tick.person:
            text += " " + _("Ticked by {person} {ticked}.", person=values["person"], ticked=values["ticked"])
        return text
    if item.state is TickState.REOPENED and tick.reopened_at:
        return _(
            "{what}: reopened, because Netvisor refused a write on {day}.",
            what=values["what"],
            day=locale.moment(tick.reopened_at),
        )
    if item.state is TickState.CHANGED:
        what = _("the lists have changed") if item.id == OFF_LISTS else _("the credentials are others now")
        return _("{what}: ticked by {person} {ticked}, but {why}: please look again.", **values, why=what)
    return "{what}: {person} {ticked}".format(**values)


def reopened_texts(locale: Locale, result: CheckResult, findings: Sequence[Finding], access_key: str) -> list[str]:
    """Return what Netvisor refused to write, with the candidates and the repair."""
    _ = locale.gettext
    rights, _settings = checklist(result.client, findings, result.ticks)
    texts: list[str] = []
    for item in rights:
        if item.state is not TickState.REOPENED or item.tick is None or item.tick.reopened_at is None:
            continue
        repair = repair_of(locale, REPAIRS[item.id], access_key)
        texts.append(
            f":x: *{item_name(locale, item.id)}*: "
            + _(
                "Netvisor refused a write on {day}: “{words}”. Candidates: the user lacks the right, or the API "
                "resource that writes it is not allowed in this company. When both are in order, tick it below: the "
                "client goes on.",
                day=locale.moment(item.tick.reopened_at),
                words=escape(item.tick.refusal),
            )
            + f"\n*{_('Repair')}:* {repair.what}\n*{_('Who')}:* {repair.who}"
        )
    return texts


def lists_text(locale: Locale, findings: Sequence[Finding]) -> str:
    """Return the circulation lists with their members, as many as fit."""
    _ = locale.gettext
    lists: Sequence[Mapping[str, Any]] = next(
        finding.details.get("lists", ()) for finding in findings if finding.id == "circulation_lists"
    )
    text = "*" + _("Circulation lists and their members") + "*"
    for number, one in enumerate(lists):
        line = "\n• " + _(
            "{name}: inspectors {verifiers}; approver {approver}",
            name=f"*{_short(one['name'])}*",
            verifiers=locale.list([_short(name) for name in one["verifiers"]]) or "–",
            approver=_short(one["approver"] or "–"),
        )
        if len(text) + len(line) > LISTS_TEXT:
            more = locale.ngettext(
                "… and {number} more: see it in Netvisor.",
                "… and {number} more: see them in Netvisor.",
                len(lists) - number,
            )
            return f"{text}\n{more}"
        text += line
    return text


def _short(name: str) -> str:
    return escape(cut(name, LONGEST_NAME))
