"""Help ai: what people ask in messages, commands and forms, and what they think of the answers.

Questions in messages are stored as jobs before Slack is acknowledged (`keep_question`); a command and a form are
answered in their acknowledgement, the embedded way. Buttons carry all that they need, so none is dead after a restart.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Shortcut
from handlers.listener import listener
from handlers.locale import Locale
from handlers.request import Answer, Refusal, Request, Services
from handlers.views.elements import cut, escape, section
from handlers.views.help_ai import answer_gone, ask_view, feedback_thanks, feedback_view, help_reply
from handlers.views.help_firm import firm_reply
from services.facts import FirmReply, HelpReply
from services.help_ai.conversation import answer_at_once, ask, keep_question, problem_of, problem_reply
from services.help_ai.instructing import looks_like_instruction
from services.help_ai.knowledge import spoken
from services.help_ai.retrieval import LONGEST_QUESTION, Tier
from services.help_ai.retrieval import Answer as Found
from services.notifier import Rendered
from services.records import Asked, OpenQuestion, new_id
from services.store import Unit

log = structlog.get_logger(__name__)

MENTION = re.compile(r"<[@!][^>]*>")
EMOJI = re.compile(r"(?<!\w):(?:[^\W\d][\w+'-]*|[+-]1|100|1234)(?:::skin-tone-\d)?:(?!\w)")
"""Slack writes emoji as their names between colons."""
QUOTE = ":speech_balloon: "
LINK = re.compile(r"<(?:mailto:)?([^|>]+)(?:\|[^>]*)?>")


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.ASK_HELP_AI)(listener(services, open_form))
    app.message_shortcut(Shortcut.ASK_HELP_AI)(listener(services, ask_about_message))
    app.view(Callback.ASK_HELP_AI)(listener(services, answer_in_form))
    app.action(Action.SHOW_PASSAGE)(listener(services, show_passage))
    app.action(Action.FEEDBACK)(listener(services, take_feedback))
    app.action(Action.NOT_HELPFUL)(listener(services, take_feedback))
    app.action(Action.FORGET_QUESTION)(listener(services, forget_question))


def plain_words(text: str) -> str:
    """Return a person's words as they were typed: Slack escapes them and writes mentions and links its own way.

    Emoji are no words.
    """
    return html.unescape(EMOJI.sub(" ", LINK.sub(r"\1", MENTION.sub(" ", text)))).strip()


def keep_words(unit: Unit, workspace: str, body: Mapping[str, Any], services: Services) -> None:
    """Store what somebody writes to the app, and the job that answers it.

    Nothing is stored of a pasted key, nor of what a person of another organisation writes.
    """
    event, is_shared = body["event"], bool(body.get("is_ext_shared_channel"))
    team = event.get("user_team")
    is_external = is_shared and bool(team) and team not in workspace.split(".")
    words = "" if is_external else plain_words(str(event.get("text") or ""))
    problem = problem_of(words, services.access_key)
    asked = Asked(
        workspace=workspace,
        id=str(body["event_id"]),
        person=str(event["user"]),
        channel=str(event["channel"]),
        thread=str(event.get("thread_ts") or event["ts"]),
        words="" if problem else words,
        asked_at=services.clock(),
        problem=problem,
        is_shared=is_shared,
    )
    ask(unit, asked)


def _answered(request: Request, unit: Unit, words: str) -> HelpReply | FirmReply:
    question = Asked(
        request.workspace, new_id(), request.person.id, request.channel, "", words, request.services.clock()
    )
    return answer_at_once(
        unit, request.services.library, request.person, question, request.locale.language, request.services.access_key
    )


def answer_command(request: Request, unit: Unit, words: str) -> Answer:
    """Answer `/fabric help <question>`."""
    if looks_like_instruction(words):
        text = request.locale.gettext(
            "This looks like a rule. Write it to me in a direct message, or mention me in the client's channel: there "
            "I show what it would do and save it when you confirm."
        )
        return Answer(message=Rendered(text, (section(text),)))
    reply = _answered(request, unit, words)
    is_help = isinstance(reply, HelpReply)
    rendered = help_reply(request.locale, reply) if is_help else firm_reply(request.locale, reply)
    if not is_help or reply.words:
        asked = section(QUOTE + escape(cut(" ".join(words.split()), 300)))
        rendered = Rendered(rendered.text, (asked, *rendered.blocks))
    return Answer(message=rendered)


def open_form(request: Request, unit: Unit) -> Answer:
    """Open the form for a question; the button says what it stands beside, by ids of passages."""
    passages = request.services.library.passages(unit, request.workspace)
    subject = [passages[one] for one in str(request.action["value"]).split() if one in passages]
    return Answer(open=ask_view(request.locale, subject=subject))


def ask_about_message(request: Request, unit: Unit) -> Answer:
    """Open the form with a message's words in it: whoever asks sees what is asked, and nothing is stored before.

    Of a message that holds a key nothing is shown again.
    """
    message: Mapping[str, Any] = request.body["message"]
    words = plain_words(str(message.get("text") or ""))
    if problem_of(words, request.services.access_key) == "secret":
        question = Asked(request.workspace, new_id(), request.person.id, "", "", "", request.services.clock())
        return Answer(
            open=ask_view(request.locale, fact=problem_reply(question, "secret", spoken(request.locale.language)))
        )
    return Answer(open=ask_view(request.locale, words=cut(words, LONGEST_QUESTION)))


def answer_in_form(request: Request, unit: Unit) -> Answer:
    """Answer what was typed into the form, above the form for the next question."""
    turn = _turn(request)
    fields: Mapping[str, Mapping[str, Any]] = request.view["state"]["values"]
    (field,) = [name for name in fields if name.startswith("question:")]
    reply = _answered(request, unit, str(request.value(field) or ""))
    if isinstance(reply, FirmReply):
        rendered = firm_reply(request.locale, reply)
        return Answer(update=ask_view(request.locale, turn + 1, before=rendered.blocks))
    return Answer(update=ask_view(request.locale, turn + 1, fact=reply))


def show_passage(request: Request, unit: Unit) -> Answer:
    """Answer with a passage that was offered as a button, in place."""
    question, _space, carried = str(request.action["value"]).partition(" ")
    language, *ids = carried.split(" ")
    passages = request.services.library.passages(unit, request.workspace)
    known = [passages[one] for one in ids if one in passages]
    if not known or known[0].id != ids[0]:
        raise Refusal(answer_gone(request.locale))
    found = Found(Tier.ANSWERED, known[0].wording(spoken(language)).text, spoken(language), tuple(known))
    reply = HelpReply(question, found, _carried_words(_blocks(request)))
    if request.view:
        return Answer(put=ask_view(request.locale, _turn(request), fact=reply))
    rendered = help_reply(Locale(found.language), reply)
    # What stands before the answer stays: a command's answer repeats the question.
    before = [block for block in _blocks(request)[:1] if str(block.get("text", {}).get("text", "")).startswith(QUOTE)]
    return Answer(replace=Rendered(rendered.text, (*before, *rendered.blocks)))


def _turn(request: Request) -> int:
    """Return how often the form has been answered, from 1 on: the input of each turn has another name."""
    carried = str(request.view["private_metadata"])
    return int(carried) if carried.isdecimal() else 1


def _blocks(request: Request) -> Sequence[dict[str, Any]]:
    return (request.view or request.body.get("message") or {}).get("blocks") or ()


def _carried_words(blocks: Sequence[Mapping[str, Any]]) -> str:
    """Return the question that the buttons about its answer carry."""
    for block in blocks:
        for element in block.get("elements") or ():
            carried: Mapping[str, Any] = element.get("negative_button") or element
            if element.get("action_id") in (Action.FEEDBACK, Action.NOT_HELPFUL):
                return str(carried["value"]).split(" ", 3)[-1]
    return ""


def take_feedback(request: Request, unit: Unit) -> Answer:
    """Keep a question whose answer was no help; of one that was, that it was."""
    carried = str(request.action["value"]).split(" ", 3)
    if len(carried) < len(("number", "language", "ids")):
        raise Refusal(answer_gone(request.locale))
    number, language, ids, *rest = carried
    shown = tuple(one for one in ids.split(",") if one != "-")
    if language == "+":
        log.info("help.feedback", helpful=True, passages=shown)
        return _thank(request, is_helpful=True)
    log.info("help.feedback", helpful=False, passages=shown)
    words = rest[0] if rest else ""
    question = Asked(request.workspace, number, request.person.id, "", "", words, request.services.clock())
    if not problem_of(words, request.services.access_key):
        keep_question(unit, question, language, "not_helpful", shown)
    return _thank(request, is_helpful=False)


def _thank(request: Request, *, is_helpful: bool) -> Answer:
    if request.view:
        return Answer(put=feedback_view(request.locale, _turn(request)))
    text = feedback_thanks(request.locale, is_helpful=is_helpful)
    return Answer(message=Rendered(text, (section(text),)))


def forget_question(request: Request, unit: Unit) -> Answer:
    """Forget a question that was kept, as the person who asked it wants."""
    unit[OpenQuestion].delete(request.workspace, id=request.action["value"], person=request.person.id)
    text = request.locale.gettext("The question is not kept any more.")
    if request.view:
        view = ask_view(request.locale, _turn(request))
        return Answer(put={**view, "blocks": [section(text), *view["blocks"]]})
    return Answer(message=Rendered(text, (section(text),)))
