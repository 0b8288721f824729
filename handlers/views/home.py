"""The Home tab, and the answer to somebody who writes to the app."""

from __future__ import annotations

from handlers.ids import Action
from handlers.locale import LANGUAGES, Locale
from handlers.views.clients import LONGEST_LIST, title
from handlers.views.elements import VIEW_BLOCKS, View, actions, ask_help_ai, button, context, header, option, section
from services.access import may_use
from services.facts import HomePage
from services.outbox import Rendered

COMMANDS = {
    "add-client": ("lisää-asiakas", "lägg-till-kund"),
    "add-clients": ("lisää-asiakkaat", "lisää-asiakkaita", "lägg-till-kunder"),
    "clients": ("asiakkaat", "kunder"),
    "status": ("tila", "läge"),
    "review": ("vahvista", "läpikäynti", "bekräfta"),
    "why": ("miksi", "varför"),
    "process": ("prosessi", "processen"),
    "check": ("tarkista", "kontrollera"),
    "credentials": ("tunnukset", "api-uppgifter"),
    "train": ("opeta", "träna"),
    "dimensions": ("laskentakohteet", "dimensioner"),
    "report": ("raportti", "rapport"),
    "automation": ("automaatio",),
    "access": ("oikeudet", "behörigheter"),
    "audit": ("loki", "logg"),
    "circulation-trial": ("kiertokokeilu", "cirkulationsprov"),
    "circulation": ("kiertolistat", "kierto", "cirkulationslistor"),
    "notices": ("ilmoitukset", "aviseringar"),
    "language": ("kieli", "språk"),
    "questions": ("kysymykset", "frågor"),
    "help": ("ohje", "apua", "hjälp"),
}
"""The words after /fabric, and what else they answer to."""


def home(locale: Locale, fact: HomePage) -> View:
    """Return a person's Home tab."""
    _ = locale.gettext
    if not may_use(fact.person):
        return {"type": "home", "blocks": [section(no_access(locale))]}
    languages = [option(name, code) for code, name in LANGUAGES.items()]
    current = next(choice for choice in languages if choice["value"] == locale.language)
    language = {
        "type": "static_select",
        "action_id": Action.LANGUAGE,
        "options": languages,
        "initial_option": current,
        "placeholder": {"type": "plain_text", "text": _("Language")},
    }
    blocks = [
        header(_("Fabric: clients in Netvisor")),
        section(
            _(
                "Add a client company, and it is checked, trained on its own history and taken into production. Its "
                "progress is shown in the channel that you choose."
            )
        ),
        # Slack keeps what a person chose in a row of the same name: another language's row is another one.
        actions(
            button(_("Add a client"), Action.ADD_CLIENT, style="primary"),
            ask_help_ai(locale),
            language,
            block_id=f"{Action.LANGUAGE}:{locale.language}",
        ),
        header(_("Clients")),
    ]
    if not fact.clients:
        blocks.append(section(_("No clients yet.")))
    blocks += [section(title(locale, client)) for client in fact.clients[:LONGEST_LIST]]
    if len(fact.clients) > LONGEST_LIST:
        more = locale.number(len(fact.clients) - LONGEST_LIST)
        blocks.append(context(_("… and {number} more. Find one with /fabric status and its name.", number=more)))
    return {"type": "home", "blocks": blocks[:VIEW_BLOCKS]}


def help_text(locale: Locale) -> str:
    """Return what the app can be asked to do."""
    _ = locale.gettext
    lines = [
        "`/fabric add-client` " + _("adds a client company: credentials, rights, training, production"),
        "`/fabric add-clients` " + _("adds many at once: business ids pasted, or an Excel or CSV file"),
        "`/fabric clients` " + _("lists the clients and their states"),
        "`/fabric status` " + _("and a name or business id: all about one client"),
        "`/fabric review` " + _("and a name or business id: opens the invoices that wait for review"),
        "`/fabric why` " + _("and an invoice's number: what was done to it, and why"),
        "`/fabric process` " + _("and a name or business id: changes the process, and says what that means"),
        "`/fabric check` " + _("and a name or business id: checks its rights in Netvisor again"),
        "`/fabric credentials` " + _("lists, tests and changes the API credentials; what to do when a person leaves"),
        "`/fabric train` " + _("and a name or business id: trains its models anew, with a report"),
        "`/fabric dimensions` " + _("and a name or business id: orders predictions of its dimensions"),
        "`/fabric report` " + _("and a name or business id: how production goes; without one, for all clients"),
        "`/fabric automation` " + _("and a name or business id: what may be written without asking; stops it"),
        "`/fabric access` " + _("says who may do what (for the app's admins)"),
        "`/fabric audit` " + _("shows who did what, of one client if you name it"),
        "`/fabric circulation` "
        + _("and a name or business id: rules that choose circulation lists, accounts and dimensions"),
        "`/fabric notices` " + _("says how and when you are told: quiet hours, a morning summary, absences"),
        "`/fabric circulation-trial` " + _("tries sending circulation lists to Netvisor (for the app's admins)"),
        "`/fabric language` " + _("and en, fi or sv: the language you are answered in"),
        "`/fabric questions` " + _("what Help ai could not answer, for administrators to answer"),
        "`/fabric help` " + _("shows this; with a question, answers it"),
    ]
    return "*" + _("What I can do") + "*\n" + "\n".join(f"• {line}" for line in lines)


def help_message(locale: Locale) -> Rendered:
    """Return the answer to `/fabric help`."""
    _ = locale.gettext
    text = help_text(locale)
    add = button(_("Add a client"), Action.ADD_CLIENT, style="primary")
    return Rendered(_("What I can do"), (section(text), actions(add, ask_help_ai(locale))))


def no_access(locale: Locale) -> str:
    """Return the sentence for guests and people of other organisations."""
    return locale.gettext(
        "Guests and people of other organisations cannot see or change the firm's clients. Ask a member of "
        "this workspace."
    )
