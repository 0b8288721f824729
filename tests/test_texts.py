"""The languages are complete: every text of the code is extracted, translated, and keeps its placeholders."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.settings import Settings
from handlers.locale import LANGUAGES, Locale, supported
from handlers.views.home import COMMANDS, help_lines

ROOT = Path(__file__).parents[1]
HANDLERS = ROOT / "handlers"
LOCALES = ROOT / "locales"
TRANSLATIONS = [language for language in LANGUAGES if language != "en"]

SHARED_WORDS = {"Dimension", "Process", "Process: {process}", "{number} h", "{number} min"}
"""Words that a language shares with English."""

Ids = str | tuple[str, ...]


def ids_of(message: Message | Ids) -> Ids:
    """Return a text's English: one string, or two where it counts."""
    ids = message.id if isinstance(message, Message) else message
    return ids if isinstance(ids, str) else tuple(ids)


def forms(words: Sequence[str] | None) -> list[str]:
    """Return the singular and plural of a text, or the only form that it has."""
    return [words] if isinstance(words, str) else list(words or ())


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^}]*\}", text))


def read(file: Path) -> Catalog:
    with file.open("rb") as source:
        return read_po(source)


def texts_in_code() -> Iterator[Ids]:
    """Yield every text that is looked up, by reading the code itself, inside f-strings too."""
    for file in sorted(HANDLERS.rglob("*.py")):
        if file.name == "locale.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            count = {"_": 1, "gettext": 1, "ngettext": 2}.get(name)
            if count is None:
                continue
            values = [argument.value for argument in node.args[:count] if isinstance(argument, ast.Constant)]
            where = f"{file.name}:{node.lineno}"
            assert len(values) == count, f"{where}: a text that is put together cannot be translated"
            yield str(values[0]) if count == 1 else tuple(str(value) for value in values)


def texts(catalogue: Catalog) -> dict[Ids, Message]:
    return {ids_of(message): message for message in catalogue if message.id}


def test_every_text_of_the_code_is_extracted() -> None:
    extracted = {ids_of(message) for _, _, message, _, _ in extract_from_dir(HANDLERS)}
    assert extracted == set(texts_in_code())


def test_the_template_is_up_to_date() -> None:
    assert set(texts(read(LOCALES / "fabric.pot"))) == set(texts_in_code())


@pytest.fixture(params=TRANSLATIONS)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """The texts of a language."""
    return read(LOCALES / str(request.param) / "LC_MESSAGES" / "fabric.po")


def test_every_text_is_translated_and_none_is_left_over(catalogue: Catalog) -> None:
    translated = texts(catalogue)
    assert set(translated) == set(texts_in_code())
    assert not catalogue.obsolete
    for message in translated.values():
        assert not message.fuzzy, message.id
        assert len(forms(message.string)) == len(forms(message.id)), message.id
        assert all(form.strip() for form in forms(message.string)), message.id


def test_translations_fit_their_texts(catalogue: Catalog) -> None:
    assert [(message.id, errors) for message, errors in catalogue.check() if errors] == []
    for ids, message in texts(catalogue).items():
        english = forms(ids)
        for form in forms(message.string):
            assert placeholders(form) == placeholders(english[-1]), ids
            assert form not in english or form in SHARED_WORDS, f"still English: {form}"
            assert form.count("\n") == english[0].count("\n"), ids
            assert form.count("*") == english[0].count("*"), ids
            assert form.strip() == form, ids
            assert "“" not in form, f"Finnish quotes with ” on both sides: {form}"
            # What is a sentence stays one, what is a part of one stays a part.
            assert (form[-1] in ".?:") == (english[0][-1] in ".?:"), ids


def test_what_a_text_quotes_is_called_so(catalogue: Catalog) -> None:
    """A button that a text names has that name in the reader's language."""
    translated = {ids: forms(message.string)[0] for ids, message in texts(catalogue).items() if isinstance(ids, str)}
    for ids, message in texts(catalogue).items():
        quoted = [words for words in re.findall("“([^”]*)”", forms(ids)[0]) if words in translated]
        for form in forms(message.string):
            missing = [words for words in quoted if f"”{translated[words]}”" not in form]
            assert missing == [] or missing == ["Certain"], f"{missing} in: {form}"


def test_a_firm_can_choose_every_language() -> None:
    assert list(get_args(Settings.model_fields["fabric_language"].annotation)) == list(LANGUAGES)


def test_texts_are_looked_up_in_the_readers_language() -> None:
    finnish, swedish, english = Locale("fi"), Locale("sv"), Locale("en")
    assert finnish.gettext("Add a client") == "Lisää asiakas"
    assert swedish.gettext("Add a client") == "Lägg till kund"
    assert english.gettext("Add a client") == "Add a client"
    assert finnish.gettext("{name} is in production.", name="Tuomi Oy") == "Tuomi Oy on tuotannossa."
    # The sentence that confirms a choice of language names the language that was chosen.
    assert finnish.gettext("From now on I answer you in English.") == "Vastaan sinulle tästä eteenpäin suomeksi."
    assert swedish.gettext("From now on I answer you in English.") == "Från och med nu svarar jag dig på svenska."


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("en", 0, "0 clients"),
        ("en", 1, "1 client"),
        ("en", 5000, "5\N{NO-BREAK SPACE}000 clients"),
        ("fi", 0, "0 asiakasta"),
        ("fi", 1, "1 asiakas"),
        ("fi", 5000, "5\N{NO-BREAK SPACE}000 asiakasta"),
        ("sv", 0, "0 kunder"),
        ("sv", 1, "1 kund"),
        ("sv", 5000, "5\N{NO-BREAK SPACE}000 kunder"),
    ],
)
def test_singular_and_plural(language: str, number: int, expected: str) -> None:
    assert Locale(language).ngettext("{number} client", "{number} clients", number) == expected


@pytest.mark.parametrize(
    ("slack", "expected"),
    [
        ("fi-FI", "fi"),
        ("fi_FI", "fi"),
        ("FI", "fi"),
        ("sv-SE", "sv"),
        ("en-US", "en"),
        ("de-DE", None),
        ("", None),
        (None, None),
    ],
)
def test_languages_by_the_code_that_slack_gives(slack: str | None, expected: str | None) -> None:
    assert supported(slack) == expected


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_answer_to_help_names_every_command_by_the_readers_own_word(language: str) -> None:
    shown = re.findall(r"^• `/fabric ([^`]+)`", "\n".join(help_lines(Locale(language))), re.MULTILINE)
    own = [next(iter(words.get(language, ())), name) for name, words in COMMANDS.items()]
    assert sorted(shown) == sorted(own)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_texts_name_commands_by_the_readers_own_words(language: str) -> None:
    foreign = {name: words[language][0] for name, words in COMMANDS.items() if language in words}
    catalogue = read(LOCALES / language / "LC_MESSAGES" / "fabric.po")
    translated = [form for message in catalogue for form in forms(message.string)]
    named = {word for text in translated for word in re.findall(r"/fabric ([a-zåäö-]+)", text)}
    assert named & {*foreign.values()}
    assert {word: foreign[word] for word in named & foreign.keys() if word not in COMMANDS[word][language]} == {}
