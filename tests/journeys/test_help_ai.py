"""Help ai in Slack: asked in messages, mentions, commands and forms; answered once, with its source or honestly not."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.help_ai import plain_words
from sandbox.slack.faults import DeliveryFaultKind
from sandbox.slack.model import Message, Person, View
from services.records import Asked, ClientState, HelpThread, Job, OpenQuestion
from tests.conftest import Log
from tests.journeys.firm import CHANNEL, Firm, fields

QUESTIONS = {
    "fi": ("Mitä oikeuksia API-käyttäjä tarvitsee?", "Lähde: <https://"),
    "en": ("Which rights does the API user need?", "Source: <https://"),
    "sv": ("Vilka rättigheter behöver API-användaren?", "Källa: <https://"),
}

CLOSE = "miksi laskut eivät kierrä"
UNKNOWN = "missä on kahvinkeittimen käyttöohje"


async def say(firm: Firm, words: str, person: Person | None = None, thread: str | None = None) -> Message:
    """Write to the app, wait for its answer and return what was written."""
    person = person or firm.workspace.accountant
    place = firm.workspace.direct(person.id, firm.workspace.bot.id)
    before = len(firm.told(person))
    said = await firm.workspace.say(person, place, words, thread)
    await firm.until(lambda: len(firm.told(person)) > before)
    await firm.quiet()
    return said


async def answer_to(firm: Firm, words: str, person: Person | None = None, thread: str | None = None) -> Message:
    """Write to the app, and return its one answer, which stands in the thread of what was written."""
    person = person or firm.workspace.accountant
    before = len(firm.told(person))
    said = await say(firm, words, person, thread)
    (answer,) = firm.told(person)[before:]
    assert answer.thread_ts == (thread or said.ts)
    return answer


@pytest.mark.parametrize("language", list(QUESTIONS))
async def test_a_direct_message_is_answered_with_its_source(firm: Firm, language: str) -> None:
    question, source = QUESTIONS[language]
    answer = await answer_to(firm, question)
    assert source in answer.visible_text
    assert "23.11.2026" in answer.visible_text or "23/11/2026" in answer.visible_text
    assert "feedback_buttons" in str(answer.blocks)
    assert firm.find(Asked) == []
    assert firm.find(Job, failed=None, kind="help") == []
    assert question not in str(firm.find(HelpThread))


async def test_an_event_that_comes_twice_is_answered_once(firm: Firm) -> None:
    faults: tuple[DeliveryFaultKind, ...] = ("redeliver", "duplicate")
    for fault in faults:
        firm.workspace.faults.delivery(fault, envelope="events_api")
        answer = await answer_to(firm, QUESTIONS["fi"][0])
        await firm.quiet()
        assert [told for told in firm.told(firm.workspace.accountant) if told.thread_ts == answer.thread_ts] == [answer]


async def test_an_answer_of_unknown_outcome_is_not_repeated(firm: Firm) -> None:
    firm.workspace.faults.call("chat.postMessage", "reset_after")
    answer = await answer_to(firm, QUESTIONS["fi"][0])
    assert [told.ts for told in firm.told(firm.workspace.accountant)] == [answer.ts]


async def test_what_comes_closest_is_offered_and_answers_in_place(firm: Firm) -> None:
    aku = firm.workspace.accountant
    answer = await answer_to(firm, CLOSE)
    buttons = [one for one in elements(answer) if str(one["action_id"]).startswith("show_passage")]
    assert len(buttons) == 3
    assert "En ole varma" in answer.visible_text
    await firm.stop_bot()
    await firm.start_bot()  # a button is never dead after a restart
    await firm.workspace.click(aku, action_id=buttons[1]["action_id"], message=(answer.channel, answer.ts))
    await firm.until(lambda: "Lähde: <https://" in answer.visible_text)
    assert answer.visible_text.startswith(f"*{buttons[1]['text']['text']}*")
    assert buttons[0]["text"]["text"] in answer.visible_text, "the others stay on offer"
    assert len(firm.told(aku)) == 1


async def test_a_question_that_nothing_answers_is_declined_and_kept_unless_its_author_minds(firm: Firm) -> None:
    aku = firm.workspace.accountant
    answer = await answer_to(firm, UNKNOWN)
    assert "En löydä tähän vastausta" in answer.visible_text
    assert "support@fabricai.fi" in answer.visible_text
    (kept,) = firm.find(OpenQuestion)
    assert (kept.words, kept.reason, kept.person) == (UNKNOWN, "unknown", aku.id)
    await firm.workspace.click(aku, action_id="forget_question", message=(answer.channel, answer.ts))
    await firm.until(lambda: firm.find(OpenQuestion) == [])
    await firm.until(lambda: "not kept any more" in shown(firm, answer.channel))


SECRETS = {
    "fi": ("avain on 7C2E9A41B6D84F0F9E13AA55C7D02B68, miksi se ei kelpaa?", "Poista viesti"),
    "en": ("why is key 7C2E9A41B6D84F0F9E13AA55C7D02B68 refused?", "Delete the message"),
    "sv": ("varför duger inte nyckeln 7C2E9A41B6D84F0F9E13AA55C7D02B68?", "Radera meddelandet"),
}


@pytest.mark.parametrize("language", list(SECRETS))
async def test_a_pasted_key_is_warned_about_and_never_kept(firm: Firm, log: Log, language: str) -> None:
    question, warning = SECRETS[language]
    await choose_language(firm, language)
    answer = await answer_to(firm, question)
    assert warning in answer.visible_text
    outcome = await firm.workspace.command(firm.workspace.accountant, CHANNEL, f"/fabric help {question}")
    assert warning in outcome.messages[0].visible_text
    await open_form(firm)
    await firm.workspace.submit(firm.workspace.accountant, top(firm).id, {"question:1": {"question:1": question}})
    await firm.until(lambda: warning in firm.seen(firm.workspace.accountant))
    sent = [call for call in firm.workspace.calls if call.method != "response_url"]
    for place in (str([call.arguments for call in sent]), "\n".join(log.lines), database(firm)):
        assert "7C2E9A41" not in place


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("🧾🦊👩‍💻", "Kirjoita kysymys sanoin"),
        (":receipt::fox_face: :+1::skin-tone-3: :100:", "Kirjoita kysymys sanoin"),
        ("?!", "Kirjoita kysymys sanoin"),
        ("miksi " * 2000, "Kysymys on liian pitkä"),
        ("moi", "Mitä osaan"),
        ("kiitos!", "Ole hyvä"),
    ],
)
async def test_what_is_no_question_is_answered_all_the_same(firm: Firm, words: str, said: str) -> None:
    await choose_language(firm, "fi")
    answer = await answer_to(firm, words)
    assert said in answer.visible_text
    assert firm.find(OpenQuestion) == []


async def test_a_mention_without_words_and_a_long_command_are_answered_and_kept_nowhere(firm: Firm) -> None:
    await choose_language(firm, "fi")
    aku, channel = firm.workspace.accountant, firm.workspace.channel(CHANNEL)
    said = await firm.workspace.say(aku, channel, "@Fabric")
    (answer,) = await firm.until(lambda: [one for one in firm.posted(channel) if one.thread_ts == said.ts])
    assert "Kirjoita kysymys sanoin" in answer.visible_text
    outcome = await firm.workspace.command(aku, CHANNEL, f"/fabric help {'miksi ' * 2000}")
    assert "Kysymys on liian pitkä" in outcome.messages[0].visible_text
    assert firm.find(OpenQuestion) == []


def test_emoji_are_no_words_but_times_and_clients_before_a_colon_are() -> None:
    assert plain_words(":wave: miksi lasku :receipt: puuttuu?") == "miksi lasku   puuttuu?"
    assert plain_words("klo 10:30:15 ja Kataja: säännöt") == "klo 10:30:15 ja Kataja: säännöt"


async def test_a_guest_is_refused_and_nothing_of_the_question_kept(firm: Firm) -> None:
    guest = next(person for person in firm.workspace.people.values() if person.is_restricted)
    answer = await answer_to(firm, UNKNOWN, guest)
    assert "Guests and people of other organisations" in answer.visible_text
    assert firm.find(OpenQuestion) == []
    assert firm.find(Asked) == []


async def test_a_mention_is_answered_in_its_thread(firm: Firm) -> None:
    aku, channel = firm.workspace.accountant, firm.workspace.channel(CHANNEL)
    channel.members.add(firm.workspace.bot.id)
    said = await firm.workspace.say(aku, channel, "@Fabric mikä on FabricAI:n hakuavain?")
    (answer,) = await firm.until(lambda: firm.posted(channel))
    assert answer.thread_ts == said.ts
    assert "E2DCB2FF20700782F1EA878EDC19DC27" in answer.visible_text


async def test_a_follow_up_keeps_the_subject_of_its_thread(firm: Firm) -> None:
    first = await say(firm, "Mikä on asiatarkastajan oikeus?")
    (thread,) = firm.find(HelpThread)
    assert thread.topic
    answer = await answer_to(firm, "kuka sen antaa?", thread=first.ts)
    assert any(thread.topic in str(one.get("value")) for one in elements(answer))
    assert "En löydä" not in answer.visible_text


async def test_a_command_with_a_question_is_answered_at_once(firm: Firm) -> None:
    aku = firm.workspace.accountant
    outcome = await firm.workspace.command(aku, CHANNEL, f"/fabric help {QUESTIONS['fi'][0]}")
    (answer,) = outcome.messages
    assert answer.ephemeral_to == aku.id
    assert QUESTIONS["fi"][0] in answer.visible_text
    assert "Lähde: <https://" in answer.visible_text
    outcome = await firm.workspace.command(aku, CHANNEL, f"/fabric ohje {CLOSE}")
    (answer,) = outcome.messages
    await firm.workspace.click(aku, action_id="show_passage:0", message=(answer.channel, answer.ts))
    await firm.until(lambda: "Lähde: <https://" in answer.visible_text)
    assert CLOSE in answer.visible_text
    assert firm.told(aku) == []


async def test_the_form_answers_one_question_after_another(firm: Firm) -> None:
    aku = firm.workspace.accountant
    await open_form(firm)
    await firm.workspace.submit(aku, top(firm).id, {"question:1": {"question:1": QUESTIONS["fi"][0]}})
    assert "Lähde: <https://" in firm.seen(aku)
    await firm.workspace.submit(aku, top(firm).id, {"question:2": {"question:2": "Mikä on hakuavain?"}})
    assert "E2DCB2FF20700782F1EA878EDC19DC27" in firm.seen(aku)
    await firm.press(aku, "not_helpful")
    await firm.until(lambda: firm.find(OpenQuestion, reason="not_helpful", words="Mikä on hakuavain?"))
    await firm.until(lambda: "Säilytän kysymyksen" in firm.seen(aku) or "I keep the question" in firm.seen(aku))


async def test_feedback_keeps_what_was_no_help_and_nothing_of_what_was(firm: Firm) -> None:
    aku = firm.workspace.accountant
    answer = await answer_to(firm, QUESTIONS["fi"][0])
    feedback = next(one for one in elements(answer) if one["type"] == "feedback_buttons")
    place = (answer.channel, answer.ts)
    await firm.workspace.click(
        aku, action_id="help_feedback", message=place, value=feedback["positive_button"]["value"]
    )
    await firm.until(lambda: "Good to know" in shown(firm, answer.channel))
    (thanks,) = [one for one in firm.workspace.messages(answer.channel, aku) if "Good to know" in one.visible_text]
    assert thanks.thread_ts == answer.thread_ts, "whoever reads the thread sees nothing beside it"
    assert firm.find(OpenQuestion) == []
    for _ in range(2):
        await firm.workspace.click(
            aku, action_id="help_feedback", message=place, value=feedback["negative_button"]["value"]
        )
    await firm.until(lambda: firm.find(OpenQuestion))
    (kept,) = firm.find(OpenQuestion)
    assert (kept.words, kept.reason, kept.passages[0]) == (QUESTIONS["fi"][0], "not_helpful", "rights.list")


async def test_an_administrator_answers_what_nothing_answered(firm: Firm) -> None:
    boss, aku = firm.workspace.admin, firm.workspace.accountant
    await say(firm, UNKNOWN)
    outcome = await firm.workspace.command(aku, CHANNEL, "/fabric questions")
    assert "for this workspace's administrators" in outcome.messages[0].visible_text

    await firm.workspace.command(boss, CHANNEL, "/fabric questions")
    await firm.until(lambda: UNKNOWN in firm.seen(boss))
    await firm.press(boss, "answer_question:passage")
    await firm.until(lambda: len(firm.workspace.open_views(boss)) == 2)
    words = {
        "title": "Kahvinkeitin",
        "text": "Ohje on keittiön ylälaatikossa.",
        "about": "product",
        "source": "Omat ohjeemme",
    }
    outcome = await firm.workspace.submit(
        boss, top(firm, boss).id, fields(words | {"text": "avain: a1b2c3d4e5f6a7b8c9"})
    )
    assert "key or a password" in outcome.errors["text"]
    await firm.workspace.submit(boss, top(firm, boss).id, fields(words))
    await firm.until(lambda: "Kahvinkeitin" in firm.seen(boss))
    assert firm.find(OpenQuestion) == []
    answer = await answer_to(firm, UNKNOWN)
    assert "ylälaatikossa" in answer.visible_text
    assert "Omat ohjeemme" in answer.visible_text

    view = top(firm, boss)
    own = next(block["accessory"]["value"] for block in view.blocks if "own answer" in str(block))
    await firm.workspace.click(boss, action_id="answer_question:withdraw", view=view.id, value=own)
    await firm.until(lambda: "Kahvinkeitin" not in firm.seen(boss))
    assert "ylälaatikossa" not in (await answer_to(firm, UNKNOWN)).visible_text


async def test_an_administrator_answers_with_a_passage_that_exists(firm: Firm) -> None:
    boss = firm.workspace.admin
    await say(firm, UNKNOWN)
    await firm.workspace.command(boss, CHANNEL, "/fabric kysymykset")
    await firm.until(lambda: firm.workspace.open_views(boss))
    await firm.press(boss, "answer_question:alias")
    await firm.until(lambda: len(firm.workspace.open_views(boss)) == 2)
    outcome = await firm.workspace.suggest(boss, "passage", "access key", view=top(firm, boss).id)
    assert "resources.access_key" in [one["value"] for one in outcome.options]
    await firm.workspace.submit(boss, top(firm, boss).id, fields({"passage": "resources.access_key"}))
    await firm.until(lambda: UNKNOWN in firm.seen(boss) and "Added here" in firm.seen(boss))
    answer = await answer_to(firm, UNKNOWN)
    assert "E2DCB2FF20700782F1EA878EDC19DC27" in answer.visible_text


async def test_prompts_are_suggested_in_the_persons_language(firm: Firm) -> None:
    await choose_language(firm, "fi")
    aku = firm.workspace.accountant
    await firm.workspace.open_home(aku, tab="messages")
    place = firm.workspace.direct(aku.id, firm.workspace.bot.id).id
    await firm.until(lambda: firm.workspace.prompts.get(place))
    assert firm.workspace.prompts[place][0]["message"] == "Mitä oikeuksia API-käyttäjä tarvitsee Netvisorissa?"


async def test_help_ai_is_asked_from_the_checklist(firm: Firm) -> None:
    tuomi, aku = firm.company("Tuomi"), firm.workspace.accountant
    await firm.add(tuomi)
    await firm.until_state(tuomi, ClientState.BLOCKED)
    await firm.press(aku, "ask_help_ai")
    await firm.until(lambda: top(firm).callback_id == "ask_help_ai")
    await firm.press(aku, "show_passage:0")
    await firm.until(lambda: "Source: <https://" in firm.seen(aku))


async def open_form(firm: Firm) -> None:
    """Open the form for a question, from the answer to a command."""
    aku = firm.workspace.accountant
    outcome = await firm.workspace.command(aku, CHANNEL, "/fabric help")
    (message,) = outcome.messages
    await firm.workspace.click(aku, action_id="ask_help_ai", message=(message.channel, message.ts))
    await firm.until(lambda: firm.workspace.open_views(aku))


async def choose_language(firm: Firm, language: str) -> None:
    """Choose the accountant's language."""
    await firm.workspace.command(firm.workspace.accountant, CHANNEL, f"/fabric language {language}")
    await firm.quiet()


def top(firm: Firm, person: Person | None = None) -> View:
    """Return the modal that a person sees."""
    return firm.top(person or firm.workspace.accountant)


def elements(message: Message) -> list[dict[str, Any]]:
    """Return the buttons of a message."""
    return [element for block in message.blocks for element in block.get("elements", []) if "action_id" in element]


def shown(firm: Firm, channel: str) -> str:
    """Return what the accountant reads in a conversation."""
    return "\n".join(one.visible_text for one in firm.workspace.messages(channel, firm.workspace.accountant))


def database(firm: Firm) -> str:
    """Return all bytes of the database."""
    return "".join(file.read_bytes().decode("latin-1") for file in firm.folder.glob("fabric.db*"))


async def test_the_stop_button_leaves_a_question_unanswered_and_the_session_is_moved_on(firm: Firm) -> None:
    aku = firm.workspace.accountant
    place = firm.workspace.direct(aku.id, firm.workspace.bot.id)
    # Slack asks to wait with the answer: there is time to press the button.
    firm.workspace.faults.call("chat.postMessage", "rate_limited", seconds=20)
    said = await firm.workspace.say(aku, place, QUESTIONS["fi"][0])
    await firm.until(lambda: f"{place.id}:{said.ts}" in firm.workspace.sessions)
    await firm.until(lambda: any(call.method == "chat.postMessage" for call in firm.workspace.calls))
    await firm.workspace.stop_agent(aku, place, said.ts)
    await firm.until(lambda: "I stopped" in str([told.text for told in firm.told(aku)]))
    await firm.quiet()
    assert len(firm.told(aku)) == 1
    assert firm.workspace.sessions == set()
    assert firm.find(Asked) == []
