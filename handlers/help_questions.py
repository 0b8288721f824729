"""`/fabric questions`: administrators answer what Help ai could not, with a passage that exists or one of their own."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.request import Answer, Refusal, Request, Services
from handlers.views import help_questions as views
from services.access import is_admin
from services.help_ai.conversation import problem_of
from services.help_ai.knowledge import spoken
from services.help_ai.library import OWN, own_passages
from services.records import OpenQuestion, OwnPassage, new_id
from services.store import Unit

MOST_OPTIONS = 30


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.ANSWER_QUESTION)(listener(services, answer_question))
    app.options(Field.PASSAGE)(listener(services, suggest_passages))
    app.view(Callback.ADD_ALIAS)(listener(services, add_alias))
    app.view(Callback.ADD_PASSAGE)(listener(services, add_passage))


def open_questions(request: Request, unit: Unit) -> Answer:
    """Open the list, for administrators."""
    _need_admin(request, unit)
    return Answer(open=_list(request, unit))


def _need_admin(request: Request, unit: Unit) -> None:
    if not is_admin(unit, request.person):
        raise Refusal(views.admins_only(request.locale))


def _list(request: Request, unit: Unit) -> views.View:
    questions = unit[OpenQuestion].find(request.workspace, order="-asked_at")
    return views.questions_view(request.locale, questions, own_passages(unit, request.workspace))


def answer_question(request: Request, unit: Unit) -> Answer:
    """Open the form that answers a question, or take a question or an own passage off the list."""
    _need_admin(request, unit)
    what, chosen = str(request.action["action_id"]).partition(":")[2], str(request.action["value"])
    if what == "withdraw":
        withdrawn = unit[OwnPassage].get(request.workspace, chosen)
        if withdrawn:
            # Aliases of an answer that is gone lead nowhere.
            unit[OwnPassage].delete(request.workspace, id=chosen)
            if withdrawn.text:
                unit[OwnPassage].delete(request.workspace, passage=withdrawn.passage)
        return Answer(put=_list(request, unit))
    question = unit[OpenQuestion].get(request.workspace, chosen)
    if what == "drop" or question is None:
        unit[OpenQuestion].delete(request.workspace, id=chosen)
        return Answer(put=_list(request, unit))
    if what == "passage":
        return Answer(open=views.passage_form(request.locale, question))
    library, own = request.services.library, own_passages(unit, request.workspace)
    found = library.help_ai(own, request.workspace).answer(question.words, spoken(question.language))
    return Answer(open=views.alias_form(request.locale, question, found.passages[0] if found.passages else None))


def suggest_passages(request: Request, unit: Unit) -> Answer:
    """Suggest passages by their titles."""
    typed = str(request.body.get("value") or "").casefold()
    passages = request.services.library.passages(unit, request.workspace)
    titles = {one.id: one.wording(spoken(request.locale.language)).title for one in passages.values()}
    ids = list(titles)
    if typed:
        near = process.extract(
            typed, titles, scorer=fuzz.partial_ratio, processor=str.casefold, limit=MOST_OPTIONS, score_cutoff=60
        )
        ids = [key for _, _, key in near]
    return Answer(options=[views.passage_option(request.locale, passages[one]) for one in ids[:MOST_OPTIONS]])


def add_alias(request: Request, unit: Unit) -> Answer:
    """Have a question answered with a passage from now on."""
    question = _question(request, unit)
    if question:
        _add(request, unit, question, passage=str(request.value(Field.PASSAGE)), title=question.words)
    return Answer(put_below=_list(request, unit))


def add_passage(request: Request, unit: Unit) -> Answer:
    """Add an answer of the firm's own; the question is another way to ask for it."""
    errors: dict[str, str] = {
        field: views.secret_error(request.locale)
        for field in (Field.TITLE, Field.TEXT, Field.SOURCE)
        if problem_of(str(request.value(field)), request.services.access_key) == "secret"
    }
    if errors:
        return Answer(errors=errors)
    question = _question(request, unit)
    if question:
        passage = f"{OWN}{new_id()}"
        _add(
            request,
            unit,
            question,
            passage=passage,
            title=str(request.value(Field.TITLE)),
            text=str(request.value(Field.TEXT)),
            about=str(request.value(Field.ABOUT)),
            source=str(request.value(Field.SOURCE)),
        )
        _add(request, unit, question, passage=passage, title=question.words)
    return Answer(put_below=_list(request, unit))


def _question(request: Request, unit: Unit) -> OpenQuestion | None:
    _need_admin(request, unit)
    return unit[OpenQuestion].get(request.workspace, request.view["private_metadata"])


def _add(request: Request, unit: Unit, question: OpenQuestion, *, passage: str, title: str, **content: str) -> None:
    unit[OwnPassage].add(
        OwnPassage(
            workspace=request.workspace,
            id=new_id(),
            passage=passage,
            language=question.language,
            title=title,
            added_by=request.person.id,
            added_at=request.services.clock(),
            **content,
        )
    )
    unit[OpenQuestion].delete(request.workspace, id=question.id)
