"""`/fabric` and its words: clients, status, check, train, dimensions, language, help."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from handlers import (
    add_client,
    add_clients,
    automation,
    client_list,
    credentials,
    favourites,
    notices,
    review,
    settings,
    weekly,
)
from handlers.access import client_for, needing
from handlers.circulation import open_circulation
from handlers.circulation_trial import open_trial
from handlers.dimensions import open_dimensions
from handlers.dispatch import Listeners
from handlers.help_ai import answer_command
from handlers.help_questions import open_questions
from handlers.listener import listener
from handlers.locale import LANGUAGES, Locale, supported
from handlers.processes import open_process
from handlers.request import Answer, Request, Services
from handlers.rights import open_check
from handlers.training import train
from handlers.views.clients import card
from handlers.views.elements import escape, section
from handlers.views.home import COMMANDS, help_message
from services import jobs
from services.access import Right, seen_by
from services.client_list import client_card
from services.notifier import Rendered
from services.onboarding import closest, find_client
from services.records import Client, Person
from services.store import Unit

COMMAND = "/fabric"


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.command(COMMAND)(listener(services, command))
    app.otherwise(listener(services, of_an_earlier_version))


def of_an_earlier_version(request: Request, unit: Unit) -> Answer:
    """Answer a button, a form or a shortcut that this version does not know."""
    text = request.locale.gettext(
        "This comes from another version of the app and does nothing any more. `/fabric` shows what there is now."
    )
    return Answer(message=Rendered(text, (section(text),)))


def command(request: Request, unit: Unit) -> Answer:
    """Answer `/fabric <word> <words>`; an unknown word with the closest one."""
    word, _, rest = str(request.body.get("text") or "").strip().partition(" ")
    names = {alias: name for name, others in COMMANDS.items() for alias in (name, *chain(*others.values()))}
    name = names.get(word.casefold(), "help" if not word else None)
    if name is None:
        return _unknown(request, word, closest(word, list(names)))
    answers: dict[str, Callable[[], Answer]] = {
        "add-client": lambda: needing(Right.ADD, add_client.begin)(request, unit),
        "add-clients": lambda: needing(Right.ADD, add_clients.begin)(request, unit),
        "clients": lambda: client_list.open_clients(request, unit, rest),
        "status": lambda: _with_client(request, unit, rest, status),
        "review": lambda: _with_client(request, unit, rest, review.review, Right.REVIEW),
        "process": lambda: _with_client(request, unit, rest, open_process, Right.HANDLE),
        "why": lambda: review.explain(request, unit, rest),
        "check": lambda: _with_client(request, unit, rest, open_check, Right.HANDLE),
        "favourites": lambda: favourites.open_favourites(request, unit),
        "credentials": lambda: needing(Right.CREDENTIALS, credentials.open_list)(request, unit),
        "train": lambda: _with_client(request, unit, rest, train, Right.HANDLE),
        "dimensions": lambda: _with_client(request, unit, rest, open_dimensions, Right.HANDLE),
        "report": lambda: (
            _with_client(request, unit, rest, weekly.report) if rest.strip() else weekly.report_all(request, unit)
        ),
        "automation": lambda: (
            _with_client(request, unit, rest, automation.open_automation, Right.AUTOMATE)
            if rest.strip()
            else automation.show_all(request, unit)
        ),
        "access": lambda: settings.open_access(request, unit),
        "audit": lambda: _audit(request, unit, rest),
        "circulation-trial": lambda: open_trial(request, unit),
        "circulation": lambda: _with_client(request, unit, rest, open_circulation, Right.RULES),
        "notices": lambda: notices.open_notices(request, unit),
        "language": lambda: language(request, unit, rest),
        "questions": lambda: open_questions(request, unit),
        "help": lambda: (
            answer_command(request, unit, rest) if rest.strip() else Answer(message=help_message(request.locale))
        ),
    }
    return answers[name]()


def _audit(request: Request, unit: Unit, words: str) -> Answer:
    """Show what happened to the client that the words mean, or without any to all."""
    return _with_client(request, unit, words, settings.open_audit) if words else settings.open_audit(request, unit)


def _sentence(text: str) -> Answer:
    return Answer(message=Rendered(text, (section(text),)))


def _unknown(request: Request, word: str, near: str | None) -> Answer:
    _ = request.locale.gettext
    shown = escape(word[:50])
    if near:
        return _sentence(_("I do not know “{word}”. Did you mean `/fabric {near}`?", word=shown, near=near))
    return _sentence(_("I do not know “{word}”. `/fabric help` shows what I can do.", word=shown))


def _with_client(
    request: Request,
    unit: Unit,
    words: str,
    answer: Callable[[Request, Unit, Client], Answer],
    right: Right = Right.SEE,
) -> Answer:
    """Answer about the client that the words mean, if the person may do that with it, or ask which."""
    _ = request.locale.gettext
    if not words.strip():
        return _sentence(_("Which client? Write its name or business id after the command."))
    client, near = find_client(unit, request.workspace, words, seen_by(unit, request.person))
    if client:
        return answer(request, unit, client_for(request, unit, client.id, right))
    shown = escape(words[:100])
    if near:
        names = "\n".join(f"• {escape(one.name)} `{one.business_id}`" for one in near)
        return _sentence(_("I found no client “{words}”. Did you mean one of these?", words=shown) + "\n" + names)
    return _sentence(_("I found no client “{words}”. `/fabric clients` lists them all.", words=shown))


def status(request: Request, unit: Unit, client: Client) -> Answer:
    """Return all there is to say of a client."""
    return Answer(message=card(request.locale, client_card(unit, client)))


def language(request: Request, unit: Unit, words: str) -> Answer:
    """Change the language that a person is answered in."""
    chosen = supported(words.strip())
    if chosen is None:
        choices = ", ".join(f"`{code}` ({name})" for code, name in LANGUAGES.items())
        return _sentence(request.locale.gettext("Which language? {choices}", choices=choices))
    set_language(request, unit, chosen)
    return _sentence(Locale(chosen).gettext("From now on I answer you in English."))


def set_language(request: Request, unit: Unit, chosen: str) -> None:
    """Keep a person's language, and show it on their Home tab."""
    unit[Person].change(request.workspace, request.person.id, language=chosen)
    jobs.enqueue(unit, request.workspace, "home", request.person.id, request.services.clock())
