"""The Home tab, and the answer to somebody who writes to the app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.ids import Action
from handlers.locale import LANGUAGES, Locale
from handlers.views.client_list import NEEDS, client_row
from handlers.views.elements import (
    Block,
    View,
    actions,
    ask_help_ai,
    button,
    context,
    escape,
    header,
    option,
    plain,
    section,
    sections,
)
from handlers.views.notices import notices_line
from handlers.views.words import and_more, refusal_reason
from services.access import may_use
from services.facts import ClientRow, Ended, HomePage, Substituted
from services.notifier import Rendered
from services.records import RunState

COMMANDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "add-client": {"fi": ("lisää-asiakas",), "sv": ("lägg-till-kund",)},
    "add-clients": {"fi": ("lisää-asiakkaat", "lisää-asiakkaita"), "sv": ("lägg-till-kunder",)},
    "clients": {"fi": ("asiakkaat",), "sv": ("kunder",)},
    "status": {"fi": ("tila",), "sv": ("läge",)},
    "review": {"fi": ("vahvista", "läpikäynti"), "sv": ("bekräfta",)},
    "why": {"fi": ("miksi",), "sv": ("varför",)},
    "process": {"fi": ("prosessi",), "sv": ("processen",)},
    "check": {"fi": ("tarkista",), "sv": ("kontrollera",)},
    "favourites": {"fi": ("suosikit",), "sv": ("favoriter",)},
    "credentials": {"fi": ("tunnukset",), "sv": ("api-uppgifter",)},
    "train": {"fi": ("opeta",), "sv": ("träna",)},
    "dimensions": {"fi": ("laskentakohteet",), "sv": ("dimensioner",)},
    "report": {"fi": ("raportti",), "sv": ("rapport",)},
    "automation": {"fi": ("automaatio",)},
    "access": {"fi": ("oikeudet",), "sv": ("behörigheter",)},
    "audit": {"fi": ("loki",), "sv": ("logg",)},
    "circulation-trial": {"fi": ("kiertokokeilu",), "sv": ("cirkulationsprov",)},
    "circulation": {"fi": ("kiertolistat", "kierto"), "sv": ("cirkulationslistor",)},
    "notices": {"fi": ("ilmoitukset",), "sv": ("aviseringar",)},
    "language": {"fi": ("kieli",), "sv": ("språk",)},
    "questions": {"fi": ("kysymykset",), "sv": ("frågor",)},
    "help": {"fi": ("ohje", "apua"), "sv": ("hjälp",)},
}
"""The words after /fabric, and those of other languages that they answer to as well: first the one that is shown."""


PLACEHOLDER = 150

INVITED_HELPS = ("not_in_channel", "channel_not_found")
"""What Slack says of a channel that takes our messages once the app is invited."""


def home(locale: Locale, fact: HomePage) -> View:
    """Return a person's Home tab."""
    _ = locale.gettext
    if not may_use(fact.person):
        return {"type": "home", "blocks": [section(no_access(locale))]}
    blocks = [header(_("Fabric: clients in Netvisor")), *_checklist(locale, fact), _first_row(locale, fact)]
    if not fact.all_clients:
        text = _(
            "Add a client company, and it is checked, trained on its own history and taken into production. Its "
            "progress is shown in the channel that you choose."
        )
        if not fact.may_add:
            text = _("There is no client that you can see, and you cannot add clients. Ask one of the app's admins.")
        blocks += [section(text), *_settings(locale, fact)]
        return {"type": "home", "blocks": blocks}
    blocks.append(header(_("My favourites")))
    if not fact.favourites:
        blocks.append(section(_("None yet: star a client on its card, or choose several at once.")))
    blocks += [client_row(locale, row) for row in fact.favourites]
    blocks += [context(line) for line in and_more(locale, fact.all_favourites - len(fact.favourites))]
    for one in fact.substituted:
        blocks += _substituted(locale, one)
    blocks += _needing(locale, fact)
    if fact.trainings:
        lines = [_ended(locale, one) for one in fact.trainings]
        blocks += [header(_("Last trainings")), section("\n".join(lines))]
    return {"type": "home", "blocks": [*blocks, *_settings(locale, fact)]}


def _checklist(locale: Locale, fact: HomePage) -> list[Block]:
    """Return the way in with what is done of it; nothing once all is."""
    if not fact.steps:
        return []
    _ = locale.gettext
    words = {
        "credentials": _("Give the first API credentials of Netvisor: adding a client asks for them"),
        "client": _("Add the first client"),
        "channel": _("Have its messages shown in a channel"),
        "colleagues": _("Invite your colleagues: they open this tab, add clients or star them"),
        "language": _("Choose your language below"),
        "favourites": _("Star the clients that you handle"),
    }
    lines: list[str] = []
    for step in fact.steps:
        text = words[step.code]
        channel = f"<#{step.channel}>" if step.channel else ""
        if channel and step.refusal in INVITED_HELPS:
            text = _("Invite the app to {channel}: write “/invite @Fabric” there", channel=channel)
        elif channel:
            why = refusal_reason(locale, step.refusal)
            text = _("Choose another channel than {channel} on its clients' cards: {why}", channel=channel, why=why)
        sign, state = (":white_check_mark:", _("done")) if step.is_done else (":white_circle:", _("to do"))
        lines.append(f"{sign} {text} ({state})")
    return [section("*" + _("To begin with") + "*\n" + "\n".join(lines))]


def _first_row(locale: Locale, fact: HomePage) -> Block:
    _ = locale.gettext
    row = [button(_("Add a client"), Action.ADD_CLIENT, style="primary")] if fact.may_add else []
    if fact.may_add:
        row.append(button(_("Add several"), Action.ADD_CLIENTS))
    if fact.all_clients:
        number = locale.number(fact.all_clients)
        row.append(button(_("All clients ({number})", number=number), Action.OPEN_CLIENTS))
        find = {
            "type": "external_select",
            "action_id": Action.FIND_CLIENT,
            "min_query_length": 1,
            "placeholder": plain(_("Find a client"), PLACEHOLDER),
        }
        row.append(find)
    row.append(ask_help_ai(locale))
    return actions(*row, block_id="first")


def _needing(locale: Locale, fact: HomePage) -> list[Block]:
    """Return the other clients that need somebody."""
    _ = locale.gettext
    if not fact.all_needing:
        return [context(":white_check_mark: " + _("Nothing else waits for anybody."))]
    number = locale.ngettext(
        "In all {number} client needs somebody", "In all {number} clients need somebody", fact.all_needing
    )
    blocks = [header(_("Needs somebody")), *(client_row(locale, row) for row in fact.needing)]
    blocks.append(context(number))
    blocks.append(actions(button(_("Show them all"), Action.OPEN_CLIENTS, NEEDS), block_id="needing"))
    return blocks


def _substituted(locale: Locale, one: Substituted) -> list[Block]:
    """Return a colleague's favourites while one stands in for them, or from when on they are shown."""
    _ = locale.gettext
    first, last = locale.date(one.substitution.first_day), locale.date(one.substitution.last_day)
    name = escape(one.name)
    if not one.is_now:
        return [context(_("Favourites of {name} are shown {first}–{last}.", name=name, first=first, last=last))]
    text = _("Favourites of {name}, {first}–{last}", name=name, first=first, last=last)
    rows = [_row_of(locale, one, row) for row in one.rows] or [context(_("There are none that you can see."))]
    more = [context(line) for line in and_more(locale, one.number - len(one.rows))]
    return [section(f"*{text}*"), *rows, *more]


def _row_of(locale: Locale, one: Substituted, row: ClientRow) -> Block:
    # The same client may be the person's own favourite: a row's name is there once.
    return {**client_row(locale, row), "block_id": f"of:{one.substitution.colleague}:{row.client.id}"}


def _ended(locale: Locale, ended: Ended) -> str:
    _ = locale.gettext
    state = {
        RunState.DEPLOYED: ":white_check_mark: " + _("trained"),
        RunState.FAILED: ":x: " + _("failed"),
        RunState.CANCELLED: ":no_entry_sign: " + _("cancelled"),
    }.get(ended.run.state, "")
    moment = locale.moment(ended.run.finished_at) if ended.run.finished_at else ""
    return f"• {escape(ended.client.name)}: {state}, {moment}"


def _settings(locale: Locale, fact: HomePage) -> list[Block]:
    """Return what a person sets for themselves."""
    _ = locale.gettext
    languages = [option(name, code) for code, name in LANGUAGES.items()]
    language: dict[str, Any] = {
        "type": "static_select",
        "action_id": Action.LANGUAGE,
        "options": languages,
        "placeholder": plain(_("Language")),
    }
    if fact.person.language:
        # Choosing what is chosen already does nothing: to who chose none yet the present one is offered as well.
        language["initial_option"] = next(choice for choice in languages if choice["value"] == locale.language)
    # Slack keeps what a person chose in a row of the same name: another language's row is another one.
    row = actions(
        language, button(_("My favourites"), Action.FAVOURITES), block_id=f"{Action.LANGUAGE}:{locale.language}"
    )
    notices = [notices_line(locale, fact.notices)] if fact.notices else []
    return [header(_("My settings")), row, *notices]


def help_lines(locale: Locale) -> list[str]:
    """Return what the app can be asked to do."""
    _ = locale.gettext
    lines = [
        ("add-client", _("adds a client company: credentials, rights, training, production")),
        ("add-clients", _("adds many at once: business ids pasted, or an Excel or CSV file")),
        ("clients", _("lists the clients and their states")),
        ("status", _("and a name or business id: all about one client")),
        ("favourites", _("your favourite clients, and a colleague's during their holiday")),
        ("review", _("and a name or business id: opens the invoices that wait for review")),
        ("why", _("and an invoice's number: what was done to it, and why")),
        ("process", _("and a name or business id: changes the process, and says what that means")),
        ("check", _("and a name or business id: checks its rights in Netvisor again")),
        ("credentials", _("lists, tests and changes the API credentials; what to do when a person leaves")),
        ("train", _("and a name or business id: trains its models anew, with a report")),
        ("dimensions", _("and a name or business id: orders predictions of its dimensions")),
        ("report", _("and a name or business id: how production goes; without one, for all clients")),
        ("automation", _("and a name or business id: what may be written without asking; stops it")),
        ("access", _("says who may do what (for the app's admins)")),
        ("audit", _("shows who did what, of one client if you name it")),
        ("circulation", _("and a name or business id: rules that choose circulation lists, accounts and dimensions")),
        ("notices", _("says how and when you are told: quiet hours, a morning summary, absences")),
        ("circulation-trial", _("tries sending circulation lists to Netvisor (for the app's admins)")),
        ("language", _("and en, fi or sv: the language you are answered in")),
        ("questions", _("what Help ai could not answer, for administrators to answer")),
        ("help", _("shows this; with a question, answers it")),
    ]
    return ["*" + _("What I can do") + "*", *(f"• `/fabric {word(locale, name)}` {what}" for name, what in lines)]


def word(locale: Locale, command: str) -> str:
    """Return the word of a command in the reader's language; the English ones are always understood."""
    return next(iter(COMMANDS[command].get(locale.language, ())), command)


def help_message(locale: Locale) -> Rendered:
    """Return the answer to `/fabric help`."""
    _ = locale.gettext
    add = button(_("Add a client"), Action.ADD_CLIENT, style="primary")
    return Rendered(_("What I can do"), (*sections(help_lines(locale)), actions(add, ask_help_ai(locale))))


def no_access(locale: Locale) -> str:
    """Return the sentence for guests and people of other organisations."""
    return locale.gettext(
        "Guests and people of other organisations cannot see or change the firm's clients. Ask a member of "
        "this workspace."
    )
