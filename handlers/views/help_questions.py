"""What Help ai could not answer, for the administrators: a list, and the two ways to answer from there."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.ids import Action, Callback, Field
from handlers.locale import LANGUAGES, Locale
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    choice_input,
    confirmation,
    context,
    cut,
    divider,
    escape,
    header,
    modal,
    option,
    section,
    text_input,
)
from handlers.views.help_ai import about_names
from handlers.views.words import and_more
from services.help_ai.knowledge import Passage
from services.records import OpenQuestion, OwnPassage

MOST_SHOWN = 20
"""Questions, and own passages, in the list: with the buttons of each it stays within Slack's hundred blocks."""
LONGEST_TEXT = 2000
LONGEST_TITLE = 75


def questions_view(locale: Locale, questions: Sequence[OpenQuestion], own: Sequence[OwnPassage]) -> View:
    """Return the questions that wait, the newest first, and what the firm has added."""
    _ = locale.gettext
    blocks: list[Block] = []
    if not questions:
        blocks.append(section(_("No question waits for an answer.")))
    for question in questions[:MOST_SHOWN]:
        blocks += _question(locale, question)
    blocks += [context(line) for line in and_more(locale, len(questions) - MOST_SHOWN)]
    if own:
        blocks += [divider(), header(_("Added here"))]
    for one in list(reversed(own))[:MOST_SHOWN]:
        kind = _("own answer") if one.text else _("another way to ask")
        line = f"*{escape(cut(one.title, 200))}*\n{kind} · <@{one.added_by}> · {locale.moment(one.added_at)}"
        remove = button(
            _("Remove"),
            f"{Action.ANSWER_QUESTION}:withdraw",
            one.id,
            confirm=confirmation(
                _("Remove it?"), _("Help ai does not answer with it any more."), _("Remove"), _("Cancel")
            ),
        )
        blocks.append(section(line, block_id=f"own:{one.id}", accessory=remove))
    return modal(Callback.QUESTIONS, _("Unanswered questions"), blocks, close=_("Close"))


def _question(locale: Locale, question: OpenQuestion) -> list[Block]:
    _ = locale.gettext
    why = _("Nothing answered it.") if question.reason == "unknown" else _("The answer was no help.")
    shown = " · ".join(f"`{escape(one)}`" for one in question.passages)
    language = LANGUAGES.get(question.language, "")
    details = f"{why} {language} · <@{question.person}> · {locale.moment(question.asked_at)}"
    return [
        section(f"*{escape(cut(question.words, 1000))}*"),
        context(*([details, shown] if shown else [details])),
        actions(
            button(_("Answer with a passage"), f"{Action.ANSWER_QUESTION}:alias", question.id),
            button(_("Write an answer"), f"{Action.ANSWER_QUESTION}:passage", question.id),
            button(_("Remove"), f"{Action.ANSWER_QUESTION}:drop", question.id),
            block_id=f"question:{question.id}",
        ),
    ]


def alias_form(locale: Locale, question: OpenQuestion, closest: Passage | None) -> View:
    """Return the form that says which passage answers a question."""
    _ = locale.gettext
    select: dict[str, object] = {
        "type": "external_select",
        "placeholder": {"type": "plain_text", "text": _("Write a word of its title")},
        "min_query_length": 0,
    }
    if closest:
        select["initial_option"] = passage_option(locale, closest)
    blocks = [
        section(f"*{escape(cut(question.words, 1000))}*"),
        choice_input(Field.PASSAGE, _("The passage that answers it"), select),
        context(_("From now on the question, also in like words, is answered with it.")),
    ]
    return modal(
        Callback.ADD_ALIAS,
        _("Answer with a passage"),
        blocks,
        close=_("Back"),
        submit=_("Save"),
        reference=question.id,
    )


def passage_option(locale: Locale, passage: Passage) -> dict[str, object]:
    """Return a passage as an option."""
    language = "fi" if locale.language == "fi" else "sv" if locale.language == "sv" else "en"
    return option(passage.wording(language).title, passage.id)


def passage_form(locale: Locale, question: OpenQuestion) -> View:
    """Return the form for an answer of the firm's own."""
    _ = locale.gettext
    options = [option(name, code) for code, name in about_names(locale).items()]
    blocks = [
        section(f"*{escape(cut(question.words, 1000))}*"),
        text_input(Field.TITLE, _("Title"), max_length=LONGEST_TITLE),
        text_input(
            Field.TEXT,
            _("Answer"),
            hint=_("In the language of the question. Never write keys or passwords here."),
            multiline=True,
            max_length=LONGEST_TEXT,
        ),
        choice_input(
            Field.ABOUT,
            _("What it is about"),
            {"type": "static_select", "options": options, "initial_option": options[0]},
        ),
        text_input(
            Field.SOURCE,
            _("Source"),
            hint=_("The address of a page, or for example: Our own instructions."),
            max_length=200,
        ),
    ]
    return modal(
        Callback.ADD_PASSAGE, _("Own answer"), blocks, close=_("Back"), submit=_("Save"), reference=question.id
    )


def secret_error(locale: Locale) -> str:
    """Return what is said at a field that seems to hold a key."""
    return locale.gettext("This seems to hold a key or a password. Take it out; if it is real, change it.")


def admins_only(locale: Locale) -> str:
    """Return the sentence for those who may not answer questions."""
    return locale.gettext("Unanswered questions are for this workspace's administrators. Ask one of them.")
