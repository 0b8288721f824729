"""Reads amounts of money and their limits from an instruction: `alle 1 500,50 e`, `100–500 €`.

A limit is given in cents and inclusive: below 500 euros is at most 499.99. A number that has no limit beside it is left
alone, so that the words of an instruction that are not understood stay visible.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.help_ai.knowledge import Language
from services.help_ai.tokens import Sort, Token, lexicon

LARGEST = 10_000_000_000_00
"""Cents; nobody's invoice is larger."""
_SIGNS = {"<": "below", "<=": "at_most", "≤": "at_most", ">": "above", ">=": "at_least", "≥": "at_least"}
_DASHES = ("-", "–", "—", "−")
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
YEARS = range(1900_00, 2100_00, 100)
RECENT_YEARS = range(2015_00, 2036_00, 100)
"""Cents; such a number without currency is rather a year than an amount, whatever stands before it."""
LEAST_WITHOUT_CURRENCY = 10_00
"""Cents; a smaller number without currency may be a count of something."""
_DAY = re.compile(r"\d{1,2}\.\d{1,2}")
_COUNTED = ("laskua", "invoices", "bills", "fakturor", "rakningar", "kpl", "krt", "kertaa", "st", "pcs")


@dataclass(frozen=True)
class Amount:
    """An amount in cents; the tokens up to `end` tell it."""

    cents: int
    end: int
    has_currency: bool
    form: str = ""


@dataclass(frozen=True)
class Limits:
    """Inclusive limits in cents, told by the tokens from `start` up to `end`."""

    start: int
    end: int
    low: int | None = None
    high: int | None = None


def find_limits(tokens: Sequence[Token], language: Language) -> list[Limits]:
    """Return the limits that a text tells, in order."""
    found: list[Limits] = []
    at = 0
    while at < len(tokens):
        limits = _limits_at(tokens, at, language)
        if limits is None:
            at += 1
        else:
            found.append(limits)
            at = limits.end
    return found


def _limits_at(tokens: Sequence[Token], at: int, language: Language) -> Limits | None:
    for kind in ("between", "at_most", "below", "at_least", "above", "exactly"):
        after = _phrase(tokens, at, kind)
        if after is None:
            continue
        limits = _told(tokens, at, after, kind, language)
        if limits:
            return limits
    if tokens[at].flat in _SIGNS and (limits := _told(tokens, at, at + 1, _SIGNS[tokens[at].flat], language)):
        return limits
    amount = read_amount(tokens, at, language)
    return _unannounced(tokens, at, amount, language) if amount else None


def _told(tokens: Sequence[Token], start: int, at: int, kind: str, language: Language) -> Limits | None:
    """Return the limits of what an announcing phrase tells: `alle 500 e`, `välillä 100 ja 500 e`."""
    first = read_amount(tokens, at, language)
    if first is None:
        return None
    second = _second(tokens, first, language, (*lexicon().words["and"], *lexicon().words["to"], *_DASHES))
    if kind == "between":
        return _range(tokens, start, first, second) if second else None
    if kind == "at_least" and tokens[start].flat in lexicon().words["from"] and not first.has_currency:
        return None
    if second and tokens[first.end].flat in _DASHES:
        return None
    if not first.has_currency and (first.cents < LEAST_WITHOUT_CURRENCY or first.cents in RECENT_YEARS):
        return None
    if kind == "at_least" and _is_year(first) and tokens[start].flat in ("alkaen", "starting"):
        return None
    end = first.end
    if kind == "at_least":
        # `from 500 and up`, `alkaen 500 eurosta ylöspäin`
        end = _phrase(tokens, end, "after_at_least") or end
    if kind == "at_most":
        end = _phrase(tokens, end, "after_at_most") or end
    return _limits(start, end, kind, first.cents)


def _unannounced(tokens: Sequence[Token], start: int, first: Amount, language: Language) -> Limits | None:
    """Return the limits of an amount that is told before them: `500 e tai enemmän`, `100–500 e`."""
    if _is_year(first):
        return None
    for kind in ("at_least", "at_most", "above", "below"):
        after = _phrase(tokens, first.end, f"after_{kind}")
        if after is not None:
            return _limits(start, after, kind, first.cents)
    dashed = _second(tokens, first, language, _DASHES)
    if dashed:
        return _range(tokens, start, first, dashed)
    second = _second(tokens, first, language, tuple(lexicon().words["to"]))
    if second and (first.has_currency or second.has_currency):
        return _range(tokens, start, first, second)
    second = _second(tokens, first, language, tuple(lexicon().words["and"]))
    if second and _phrase(tokens, second.end, "after_range"):
        return _range(tokens, start, first, second)
    if first.form.endswith("sta"):  # viidestäkymmenestä sataan euroon
        second = read_amount(tokens, first.end, language)
        if second and second.form.endswith("oon"):
            return _range(tokens, start, first, second)
    return None


def _is_year(amount: Amount) -> bool:
    """Tell whether a number without currency may be a year: `2026 alkaen`, `2023–2024`."""
    return amount.cents in YEARS and not amount.has_currency


def _second(tokens: Sequence[Token], first: Amount, language: Language, joined_by: Sequence[str]) -> Amount | None:
    if first.end < len(tokens) and tokens[first.end].flat in joined_by:
        return read_amount(tokens, first.end + 1, language)
    return None


def _range(tokens: Sequence[Token], start: int, first: Amount, second: Amount) -> Limits | None:
    if first.cents > second.cents:
        return None
    after = _phrase(tokens, second.end, "after_range") or _phrase(tokens, second.end, "after_at_most")
    return Limits(start, after or second.end, first.cents, second.cents)


def _limits(start: int, end: int, kind: str, cents: int) -> Limits | None:
    low = {"above": cents + 1, "at_least": cents, "exactly": cents}.get(kind)
    high = {"below": cents - 1, "at_most": cents, "exactly": cents}.get(kind)
    return None if high is not None and high < 0 else Limits(start, end, low, high)


def _phrase(tokens: Sequence[Token], at: int, heading: str) -> int | None:
    """Return where a phrase of a heading ends that begins here, or None."""
    for phrase in lexicon().phrases[heading]:
        end = at + len(phrase)
        if tuple(token.flat for token in tokens[at:end]) == phrase:
            is_shortened = (
                phrase[-1] in ("max", "min", "maks", "vah", "enint", "kork")
                and end < len(tokens)
                and tokens[end].flat == "."
            )
            return end + 1 if is_shortened else end
    return None


def read_amount(tokens: Sequence[Token], at: int, language: Language) -> Amount | None:
    """Return the amount that begins at a token: in digits or words, with or without its currency."""
    words = lexicon().words
    before = at < len(tokens) and tokens[at].flat in ("€", "eur", "euro")
    if before:
        at += 1
    if at >= len(tokens):
        return None
    if tokens[at].sort is Sort.NUMBER:
        before = before or (not tokens[at].ending and tokens[at].end - tokens[at].start > len(tokens[at].raw))  # 500,-
        value, at = _digits(tokens[at].flat, language), at + 1
        scale = _scale(tokens, at)
        if scale:
            plain = re.fullmatch(r"(\d+)[.,](\d+)", tokens[at - 1].flat)
            value = Decimal(f"{plain[1]}.{plain[2]}") if plain else value
            value = value and value * scale
            at += 1
            if tokens[at - 1].flat == "ke":
                before = True
    else:
        value, at = _words(tokens, at)
    if value is None or value * 100 != int(value * 100) or not 0 <= value * 100 <= LARGEST:
        return None
    form = tokens[at - 1].flat if tokens[at - 1].sort is Sort.WORD else ""
    has_currency = at < len(tokens) and tokens[at].flat in words["currency"]
    if has_currency:
        form = tokens[at].flat
        at += 1
    elif not before and _is_other_number(tokens, at, language):
        return None
    return Amount(int(value * 100), at, before or has_currency, form)


def _is_other_number(tokens: Sequence[Token], at: int, language: Language) -> bool:
    """Tell whether a number that ends here may be a day (`alkaen 1.1.`) or a count (`enintään 3 laskua`)."""
    last = tokens[at - 1]
    is_day = _DAY.fullmatch(last.flat) is not None
    if is_day and (language != "en" or (at < len(tokens) and tokens[at].flat == "." and tokens[at].start == last.end)):
        return True
    return at < len(tokens) and tokens[at].flat in _COUNTED


def _scale(tokens: Sequence[Token], at: int) -> int | None:
    words = lexicon().words
    said = tokens[at].flat if at < len(tokens) else ""
    is_money = at + 1 < len(tokens) and tokens[at + 1].flat in words["currency"]
    if said in words["thousand"] or (is_money and said in words["thousand_of_euros"]):
        return 1000
    if said in words["million"] or (is_money and said in words["million_of_euros"]):
        return 1_000_000
    return None


def _digits(written: str, language: Language) -> Decimal | None:
    """Return a number in any notation; None where it could be two: `1,500` is a thousand in English only."""
    plain = re.sub(r"[ \u00a0\u202f'’]", "", written)
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain):
        if "." not in plain and plain.count(",") == 1 and language != "en":
            return None
        plain = plain.replace(",", "")
    plain = plain.replace(",", ".")
    return Decimal(plain) if re.fullmatch(r"\d{1,15}(\.\d{1,3})?", plain) else None


def _words(tokens: Sequence[Token], at: int) -> tuple[Decimal | None, int]:
    """Return the number that words tell, and where they end: as many words as make sense together."""
    parts: list[str] = []
    value, end = None, at
    while at < len(tokens) and (tokens[at].sort is Sort.WORD or (parts and tokens[at].flat == "-")):
        half = _and_a_half(tokens, at) if parts else None
        if half is not None:
            at = half
        if tokens[at].flat not in ("-", "a"):
            more = _parts(tokens[at].flat) if half is None else ["and_a_half"]
            if more is None:
                break
            parts += more
            combined = _combined(parts)
            if combined is None:
                break
            value, end = combined, at + 1
            if tokens[at].flat.endswith("sta") and not tokens[at].flat.endswith("toista"):
                break  # `sadasta kahteensataan`: the next number is another
        at += 1
    return value, end


def _and_a_half(tokens: Sequence[Token], at: int) -> int | None:
    """Return where the half stands that an “and” adds here: `kaksi ja puoli tuhatta`, `två och ett halvt tusen`."""
    if tokens[at].flat not in lexicon().words["and"]:
        return None
    at += 1
    while at < len(tokens) and tokens[at].flat in ("a", "en", "ett"):
        at += 1
    return at if at < len(tokens) and _parts(tokens[at].flat) == ["half"] else None


def _parts(word: str) -> list[str] | None:
    """Return what the joined parts of a number mean: `viisisataa` is 5 and hundred."""
    known = lexicon().parts
    word = word.replace("ettusen", "etttusen")
    ways: dict[int, list[str]] = {0: []}
    for end in range(1, len(word) + 1):
        for start in range(end):
            if start in ways and word[start:end] in known:
                ways[end] = [*ways[start], known[word[start:end]]]
                break
    return ways.get(len(word))


def _combined(parts: Sequence[str]) -> Decimal | None:
    """Return the value of the parts, None if they make no number."""
    total, group, unit = Decimal(0), Decimal(0), None
    last_scale = Decimal(LARGEST)
    for part in parts:
        if part in ("half", "one_and_half"):
            if unit is not None or group:
                return None
            unit = Decimal("0.5") if part == "half" else Decimal("1.5")
        elif part == "and_a_half":
            if unit is None or unit != int(unit) or group:
                return None
            unit += Decimal("0.5")
        elif part.isdigit():
            number = int(part)
            joins_tens = unit is not None and unit >= 20 and unit % 10 == 0 and number < 10
            if unit is not None and not joins_tens:
                return None
            unit = (unit or 0) + Decimal(number)
        elif part == "teen":
            if unit is None or unit > 9:
                return None
            unit += 10
        elif part == "ten":
            if unit is not None and not 1 < unit < 10:
                return None
            unit = (unit or 1) * Decimal(10)
        elif part == "hundred":
            if group:
                return None
            group, unit = (unit or 1) * Decimal(100), None
        else:
            scale = Decimal(_SCALES[part])
            if scale >= last_scale:
                return None
            total += (group + (unit or 0) or 1) * scale
            group, unit, last_scale = Decimal(0), None, scale
    value = total + group + (unit or 0)
    return value or None
