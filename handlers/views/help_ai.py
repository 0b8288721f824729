"""Help ai in Slack: answers with their source, what comes closest as buttons, and the form for a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    context,
    cut,
    divider,
    entities,
    escape,
    modal,
    section,
    sections,
    text_input,
)
from services.facts import HelpReply, Unanswered
from services.help_ai.knowledge import About, Kind, Passage, phrase, spoken
from services.help_ai.retrieval import LONGEST_QUESTION, Answer, Tier
from services.notifier import Rendered

BUTTON_WORDS = 1900
"""Characters of a question that a button may carry: Slack allows 2,000."""


def suggested_prompts(locale: Locale) -> list[dict[str, str]]:
    """Return the questions that are suggested to a person who opens the conversation."""
    _ = locale.gettext
    prompts = [
        (_("Rights"), _("Which rights does the API user need in Netvisor?")),
        (_("Connecting"), _("How do I connect a new client company?")),
        (_("Waiting"), _("How many invoices wait for review?")),
        (_("Processes"), _("How do the four processes differ?")),
    ]
    return [{"title": title, "message": message} for title, message in prompts]


def help_reply(locale: Locale, fact: HelpReply) -> Rendered:
    """Return an answer as a message, in the question's own language."""
    locale = Locale(fact.answer.language)
    blocks = answer_blocks(locale, fact)
    if _may_disappoint(fact):
        blocks.append(_feedback(locale, fact))
    return Rendered(entities(cut(answer_text(fact.answer), 300)), tuple(blocks))


def _may_disappoint(fact: HelpReply) -> bool:
    return bool(fact.words and fact.answer.passages) and fact.answer.tier is not Tier.CLOSEST


def answer_text(answer: Answer) -> str:
    """Return the words of an answer without the titles beside it, which are buttons here."""
    return answer.text.partition(f"\n{phrase('see_also', answer.language)}: ")[0]


def answer_blocks(locale: Locale, fact: HelpReply) -> list[Block]:
    """Return an answer, a message's or a modal's: what is known and from where, or what comes closest."""
    _, answer = locale.gettext, fact.answer
    if answer.tier is Tier.CLOSEST:
        none = button(_("None of these"), Action.NOT_HELPFUL, carried(fact))
        return [
            section(phrase("closest", answer.language)),
            *_passage_buttons(locale, fact, answer.passages, none if fact.words else None),
        ]
    text = entities(answer_text(answer))
    own_words = bool(answer.passages) and answer_text(answer) == answer.passages[0].wording(answer.language).text
    cited = answer.passages[:1] if own_words else answer.passages
    if own_words:
        text = f"*{escape(answer.passages[0].wording(answer.language).title)}*\n{text}"
    blocks = sections(text.split("\n"))
    shown = [one for one in cited if one.kind is not Kind.OUTSIDE]
    if shown:
        blocks.append(context(*[cut(source_line(locale, passage), 2000) for passage in shown[:10]]))
    if own_words and len(answer.passages) > 1:
        blocks += [context(_("See also")), *_passage_buttons(locale, fact, answer.passages, None, first=1)]
    if fact.is_kept:
        blocks += [
            context(
                _(
                    "I keep the question for this workspace's administrators, so that they can add the answer "
                    "(`/fabric questions`)."
                )
            ),
            actions(button(_("Do not keep it"), Action.FORGET_QUESTION, fact.id)),
        ]
    return blocks


def about_names(locale: Locale) -> dict[About, str]:
    """Return what passages can be about, in words."""
    _ = locale.gettext
    return {
        About.NETVISOR: _("About Netvisor"),
        About.PORTAL: _("About FabricAI's portal"),
        About.PRODUCT: _("About this app"),
    }


def source_line(locale: Locale, passage: Passage) -> str:
    """Return what a passage is about, where it comes from and when that was last looked at."""
    _ = locale.gettext
    about = about_names(locale)[passage.about]
    sources = " · ".join(_link(source) for source in passage.sources)
    checked = _("checked {day}", day=locale.date(passage.checked_on))
    return f"{about} · {_('Source')}: {sources} · {checked}"


def _link(source: str) -> str:
    parts = urlsplit(source)
    if parts.scheme not in ("http", "https"):
        return f"`{escape(source)}`"
    return f"<{entities(source).replace('|', '%7C')}|{escape(cut(parts.netloc, 60)).replace('|', '')}>"


def _passage_buttons(
    locale: Locale, fact: HelpReply, passages: Sequence[Passage], last: Mapping[str, Any] | None, first: int = 0
) -> list[Block]:
    """Return passages as buttons; what each carries is all that is needed to answer with it in place."""
    ids = [passage.id for passage in passages]
    elements = [
        button(
            passage.wording(fact.answer.language).title,
            f"{Action.SHOW_PASSAGE}:{number}",
            " ".join((fact.id, fact.answer.language, passage.id, *(one for one in ids if one != passage.id))),
        )
        for number, passage in enumerate(passages)
        if number >= first
    ]
    return [actions(*elements, *([dict(last)] if last else []), block_id=f"passages:{fact.id}")]


def carried(fact: HelpReply) -> str:
    """Return what a button about an answer carries: language, passages shown, and the question's words.

    So nothing has to be stored of a question for the case that its answer was no help.
    """
    ids = ",".join(passage.id for passage in fact.answer.passages)
    return f"{fact.id} {fact.answer.language} {ids or '-'} {fact.words}"[:BUTTON_WORDS]


def _feedback(locale: Locale, fact: HelpReply) -> Block:
    _ = locale.gettext

    def choice(text: str, value: str) -> dict[str, Any]:
        return {"text": {"type": "plain_text", "text": text}, "value": value, "accessibility_label": text}

    buttons = {
        "type": "feedback_buttons",
        "action_id": Action.FEEDBACK,
        "positive_button": choice(_("Helpful"), f"{fact.id} + {','.join(one.id for one in fact.answer.passages)}"),
        "negative_button": choice(_("Not helpful"), carried(fact)),
    }
    return {"type": "context_actions", "block_id": f"feedback:{fact.id}", "elements": [buttons]}


def thanked(locale: Locale) -> Rendered:
    """Return the answer to somebody who says thanks."""
    text = locale.gettext("You are welcome. Just ask when there is more.")
    return Rendered(text, (section(text),))


def not_here(locale: Locale) -> Rendered:
    """Return what is said where another organisation reads along."""
    text = locale.gettext(
        "This channel is shared with another organisation. Ask me about clients, and give me instructions, in a direct "
        "message or in a channel of your own firm."
    )
    return Rendered(text, (section(text),))


def stopped(locale: Locale) -> Rendered:
    """Return what is said when a person has pressed the stop button."""
    text = locale.gettext("I stopped. Ask again whenever you like.")
    return Rendered(text, (section(text),))


def unanswered(locale: Locale, fact: Unanswered) -> Rendered:
    """Return what is said when an answer failed for a reason of our own."""
    text = locale.gettext(
        "Something went wrong, and the fault is ours. Please try again; if it happens again, give the operator the "
        "reference {reference}.",
        reference=fact.reference,
    )
    return Rendered(text, (section(text),))


def feedback_thanks(locale: Locale, *, is_helpful: bool) -> str:
    """Return the thanks for feedback."""
    if is_helpful:
        return locale.gettext("Good to know, thank you.")
    return locale.gettext(
        "Thank you. I keep the question for this workspace's administrators, so that they can add a better answer "
        "(`/fabric questions`). Until then, ask Netvisor's customer service, FabricAI's support or this app's operator."
    )


def ask_view(
    locale: Locale,
    turn: int = 1,
    subject: Sequence[Passage] = (),
    fact: HelpReply | None = None,
    before: Sequence[Block] = (),
    words: str = "",
) -> View:
    """Return the form for a question, above it the answer to the one before, or what it was opened about.

    `before` is an answer of other blocks, `words` stand in the form already.
    `turn` counts the questions: the input of each is another one, for Slack keeps what was typed in one of a name.
    """
    _ = locale.gettext
    # A table stands in messages only.
    blocks: list[Block] = [block for block in before if block["type"] != "table"]
    if fact:
        if fact.words:
            blocks.append(section(f"*{escape(cut(fact.words, 300))}*"))
        blocks += answer_blocks(Locale(fact.answer.language), fact)
        if _may_disappoint(fact):
            blocks.append(actions(button(_("Not helpful"), Action.NOT_HELPFUL, carried(fact))))
        blocks.append(divider())
    elif subject:
        blocks += [section(_("This may be what you look for:")), *_subject_buttons(locale, subject), divider()]
    blocks.append(
        text_input(
            f"{Field.QUESTION}:{turn}",
            _("Your question"),
            initial=words,
            hint=_("In Finnish, Swedish or English. Never write keys or passwords here."),
            multiline=True,
            max_length=LONGEST_QUESTION,
        )
    )
    return modal(Callback.ASK_HELP_AI, "Help ai", blocks, close=_("Close"), submit=_("Ask"), reference=str(turn))


def _subject_buttons(locale: Locale, subject: Sequence[Passage]) -> list[Block]:
    return _passage_buttons(
        locale, HelpReply("subject", Answer(Tier.CLOSEST, "", spoken(locale.language))), subject, None
    )


def answer_gone(locale: Locale) -> str:
    """Return the sentence for a button whose answer is not known any more."""
    return locale.gettext("That answer is not in Help ai any more. Please ask again.")


def feedback_view(locale: Locale, turn: int) -> View:
    """Return the form after an answer that was no help."""
    view = ask_view(locale, turn)
    return {**view, "blocks": [section(feedback_thanks(locale, is_helpful=False)), *view["blocks"]]}
