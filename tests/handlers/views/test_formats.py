"""Numbers, percentages, dates and times as each language writes them, and words of people that stay words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.locale import LANGUAGES, Locale
from handlers.views.client_card import client_view
from handlers.views.client_list import clients_file
from handlers.views.elements import cut
from handlers.views.notices import notices_line
from handlers.views.words import and_more, more_clients, process_change, refusal_reason
from services.access import Right
from services.client_list import ClientDetails
from services.facts import ClientCard, ClientRow
from services.notifier import CHANNEL_CLOSED
from services.records import AuditEntry, NoticeChoice
from tests.handlers.views.clients import client

LOCALES = st.sampled_from([Locale(language) for language in LANGUAGES])
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
MOMENTS = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_numbers_are_written_as_in_finland(language: str) -> None:
    assert [Locale(language).number(value) for value in (0, 999, 8877, 0.5)] == ["0", "999", f"8{SPACE}877", "0,5"]


@pytest.mark.parametrize(
    ("language", "percent", "day", "moment"),
    [
        ("en", "87%", "03/11/2026", "03/11/2026 8.05"),
        ("fi", f"87{SPACE}%", "3.11.2026", "3.11.2026 8.05"),
        ("sv", f"87{SPACE}%", "3.11.2026", "3.11.2026 8.05"),
    ],
)
def test_formats_of_a_language(language: str, percent: str, day: str, moment: str) -> None:
    locale = Locale(language)
    assert locale.percent(0.873).replace(" ", SPACE) == percent
    assert locale.date(date(2026, 11, 3)) == day
    assert locale.moment(datetime(2026, 11, 3, 6, 5, tzinfo=UTC)) == moment


@given(locale=LOCALES, value=st.integers(0, 10**9))
def test_a_number_keeps_its_digits(locale: Locale, value: int) -> None:
    assert int(locale.number(value).replace(SPACE, "")) == value


@given(locale=LOCALES, whole=st.integers(1, 10**7), data=st.data())
def test_a_percentage_never_promises_more_than_there_is(locale: Locale, whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    shown = int(locale.percent(part / whole).rstrip("%").strip())
    assert 0 <= Fraction(part, whole) * 100 - shown < 1
    assert (shown == 100) == (part == whole)


@given(locale=LOCALES, day=DAYS)
def test_a_date_is_written_day_first(locale: Locale, day: date) -> None:
    numbers = locale.date(day).replace("/", ".").split(".")
    assert [int(number) for number in numbers] == [day.day, day.month, day.year]


@given(locale=LOCALES, moment=MOMENTS)
def test_the_time_of_day_is_helsinkis(locale: Locale, moment: datetime) -> None:
    hour, minute = (int(number) for number in locale.time(moment).split("."))
    assert minute == moment.minute
    assert timedelta(hours=(hour - moment.hour) % 24) in (timedelta(hours=2), timedelta(hours=3))


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_quiet_hours_are_written_as_other_times(language: str) -> None:
    quiet = NoticeChoice("T1", "U1", quiet_from="17:00", quiet_until="07:30")
    assert "17.00–7.30" in str(notices_line(Locale(language), quiet))


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_what_happens_after_midnight_has_the_new_day(language: str) -> None:
    """In UTC it is still yesterday then: clients come into production and are trained at night."""
    locale, night = Locale(language), datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
    today, yesterday = locale.date(date(2026, 3, 11)), locale.date(date(2026, 3, 10))
    live = client(added_at=night, live_since=night)
    shown = str(client_view(locale, ClientDetails(ClientCard(live), 0, False, frozenset(Right))))
    assert shown.count(today) == 2
    assert yesterday not in shown
    file = clients_file(language, [ClientRow(live)]).content.decode("utf-8-sig")
    assert file.count(today) == 2
    processes = {"before": "standard", "after": "background"}
    change = AuditEntry("T1", "1", live.id, 0, night, "process_changed", details=processes)
    assert today in process_change(locale, change)


@given(locale=LOCALES, items=st.lists(st.text("abcå", min_size=1), min_size=1))
def test_a_list_names_every_item_in_order(locale: Locale, items: list[str]) -> None:
    last = {"en": " and ", "fi": " ja ", "sv": " och "}[locale.language]
    assert locale.list(items) == ", ".join([*items[:-2], last.join(items[-2:])])


@pytest.mark.parametrize(
    ("language", "one", "two", "client", "clients"),
    [
        ("en", "… and 1 more", "… and 2 more", "… and 1 more client", "… and 2 more clients"),
        ("fi", "… ja 1 muu", "… ja 2 muuta", "… ja 1 muu asiakas", "… ja 2 muuta asiakasta"),
        ("sv", "… och 1 till", "… och 2 till", "… och 1 kund till", "… och 2 kunder till"),
    ],
)
def test_one_more_is_said_in_the_singular(language: str, one: str, two: str, client: str, clients: str) -> None:
    locale = Locale(language)
    assert [and_more(locale, number) for number in (0, 1, 2)] == [[], [one], [two]]
    assert [more_clients(locale, number) for number in (1, 2)] == [client, clients]


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("code", [*CHANNEL_CLOSED, "restricted_action_read_only_channel", "some_new_code"])
def test_why_a_channel_takes_nothing_is_said_in_words(language: str, code: str) -> None:
    said = refusal_reason(Locale(language), code)
    assert " " in said
    assert "restricted_action" not in said


@given(text=st.text(), limit=st.integers(1, 40))
def test_a_cut_text_fits_and_says_that_it_is_cut(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else short == text[: limit - 1] + "…"
