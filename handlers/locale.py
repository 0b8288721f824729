"""Languages: texts through gettext, and numbers, dates and times in the reader's format.

A `Locale` is made per message or request and passed to the views; nothing about language is global. English stands
in the code; `locales/<language>/LC_MESSAGES/fabric.po` holds the others and is read, not compiled, at start.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from importlib import resources
from io import BytesIO
from math import floor

import babel
import babel.lists
from babel import dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from services.clock import FIRM_TIMEZONE

LANGUAGES = {"en": "English", "fi": "Suomi", "sv": "Svenska"}
"""The languages of the product, each by its own name."""

FORMATS = {"en": "en_FI", "fi": "fi_FI", "sv": "sv_FI"}
"""English speakers in Finland write dates and numbers the European way."""


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the texts of a language; English is what stands in the code."""
    if language == "en":
        return gettext.NullTranslations()
    file = resources.files("locales") / language / "LC_MESSAGES" / "fabric.po"
    with file.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True)
class Locale:
    """A reader's language."""

    language: str = "en"

    @property
    def _formats(self) -> babel.Locale:
        return babel.Locale.parse(FORMATS[self.language])

    def gettext(self, message: str, **values: object) -> str:
        """Return a text with its `{placeholders}` filled in."""
        text = translations(self.language).gettext(message)
        return text.format(**values) if values else text

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Return a text in the singular or plural; `{number}` is the number as the reader writes it."""
        text = translations(self.language).ngettext(one, many, number)
        return text.format(number=self.number(number), **values)

    def number(self, value: float) -> str:
        """Return a number, for example `8 877`."""
        return numbers.format_decimal(value, locale=self._formats)

    def money(self, cents: int) -> str:
        """Return euros, for example `1 234,50 €`."""
        return numbers.format_currency(Decimal(cents) / 100, "EUR", locale=self._formats)

    def percent(self, share: float) -> str:
        """Return a share from 0 to 1 in whole per cent, for example `86 %`; rounded down, so that 100 means all."""
        whole = floor(round(share * 100, 6)) / 100
        return numbers.format_percent(whole, "#,##0%" if self.language == "en" else "#,##0 %", locale=self._formats)

    def date(self, day: date) -> str:
        """Return a day, for example `23.11.2026`."""
        return dates.format_date(day, "short" if self.language == "en" else "d.M.y", locale=self._formats)

    def time(self, moment: datetime) -> str:
        """Return the time of day in the firm's timezone, as every language of Finland writes it: `8.30`."""
        return self.clock(moment.astimezone(FIRM_TIMEZONE).time())

    def clock(self, time_of_day: time) -> str:
        """Return a time of day."""
        return dates.format_time(time_of_day, "H.mm", locale=self._formats)

    def day(self, moment: datetime) -> str:
        """Return the day that a moment belongs to in the firm's timezone: after midnight there it is another in UTC."""
        return self.date(moment.astimezone(FIRM_TIMEZONE).date())

    def moment(self, moment: datetime) -> str:
        """Return a day and time in the firm's timezone."""
        return f"{self.day(moment)} {self.time(moment)}"

    def list(self, items: list[str] | tuple[str, ...]) -> str:
        """Return items as a sentence lists them, for example `a, b ja c`."""
        return babel.lists.format_list(list(items), locale=self._formats)


def supported(language: str | None) -> str | None:
    """Return the supported language of a Slack locale or code such as `fi-FI`, or None."""
    code = (language or "").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else None
