"""Generated books: the purchase invoices of companies that never were, as posted by people who are not quite even.

The shared network is trained on these alone, and the benchmarks use them where no real postings are at hand. A
vendor sells one or more services; each has an account, a dimension, a VAT percentage and its own habits of amount,
text, document number, day and product code, or shares those with the vendor's other services. People change their
minds, post some lines differently, and print dimensions on some invoices.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from services.prediction.example import Example

_SYLLABLES: Final = (
    *("ka", "lo", "mi", "ra", "tu", "ve", "no", "si", "pe", "ha"),
    *("li", "sa", "to", "ke", "ru", "va", "ni", "mo", "je", "ta"),
)
_FORMS: Final = ("oy", "oyj", "ab", "ky", "tmi", "osk", "")
_PERCENTS: Final = ("25.5", "14", "10", "0")
_NUMBERINGS: Final = (*("running",) * 6, *("padded",) * 2, "yearly", "dated", "random", "none")
_LINES: Final = (*(0.0,) * 12, 2.0, 6.0, 20.0)
_FOREIGN: Final = ("EUOS", "EUPO", "RAOS", "TUPU")


@dataclass(frozen=True)
class _Service:
    account: str
    dimension: str
    percent: str
    vat_code: str
    weight: float
    size: float
    spread: float
    amounts: tuple[int, ...]
    words: tuple[str, ...]
    numbered: bool
    series: int
    day: int | None
    product: str
    printed: bool
    lines: float


@dataclass
class _Vendor:
    name: str
    key: str
    services: list[_Service]
    start: float
    end: float
    weight: float
    letters: str
    next_number: int
    stride: float
    numbering: str
    sticks: float
    whole: bool
    foreign: str
    strays: float
    current: int = 0


def generated(seed: int, lines: int) -> list[Example]:
    """About so many invoice lines of one company, in date order. The same seed gives the same books."""
    return _Company(random.Random(seed), lines).books()  # noqa: S311 - nothing secret


class _Company:
    def __init__(self, chance: random.Random, lines: int) -> None:
        self._chance = chance
        self._lines = lines
        self._months = max(1, min(40, int(lines / 20 ** chance.uniform(1.0, 2.5)) + 1))
        accounts = min(260, max(6, int(chance.uniform(4, 14) * lines**0.33)))
        self._accounts = [str(4000 + 7 * number) for number in range(accounts)]
        self._popularity = [1.0 / (rank + 2) ** chance.uniform(0.6, 1.2) for rank in range(accounts)]
        self._trade = {account: [self._word(2) for _ in range(3)] for account in self._accounts}
        self._dimensions = [f"{100 + 10 * n} {self._word(3)}" for n in range(chance.randint(1, 25))]
        self._has_text = chance.random() < 0.6
        self._has_products = self._has_text and chance.random() < 0.4
        self._has_dimensions = chance.random() < 0.7
        self._has_references = chance.random() < 0.5
        self._tells_vat = chance.random() < 0.5
        self._many_lines = chance.choice((0.0, 0.0, 0.1, 0.3))
        self._slips = chance.choice((0.003, 0.01, 0.02, 0.04))
        self._strays = chance.choice((0.0, 0.02, 0.04, 0.08))
        self._strangers = chance.choice((0.0, 0.02, 0.05, 0.15))
        self._unruly = chance.choice((0.15, 0.3, 0.45, 0.6))
        self._weekly = chance.random() < 0.3
        self._scale = chance.choice((1.0, 1.0, 1.0, 10.0, 100.0))
        self._cent = chance.choice((1, 1, 1, 100))
        self._job = chance.randint(10_000, 400_000)
        vendors = max(3, int(lines ** chance.uniform(0.6, 0.84)))
        self._vendors = [self._vendor(rank) for rank in range(vendors)]

    def books(self) -> list[Example]:
        """Every line, day after day."""
        chance = self._chance
        result: list[Example] = []
        first = date(2021, 1, 1) + timedelta(days=chance.randrange(700))
        days = self._months * 30
        moments = sorted(chance.random() for _ in range(self._lines))
        at = 0
        while at < len(moments):
            moment = moments[at]
            day = int(moment * days)
            day -= day % 7 if self._weekly else 0
            open_now = [one for one in self._vendors if one.start <= moment <= one.end] or self._vendors
            if chance.random() < self._strangers:
                vendor = self._vendor(len(self._vendors))
            else:
                vendor = chance.choices(open_now, [one.weight for one in open_now])[0]
            invoice = self._invoice(vendor, first + timedelta(days=day))
            result += invoice
            at += len(invoice)
            if chance.random() < 0.0015:
                self._change_a_mind(vendor)
            if chance.random() < 0.001:
                self._rename_an_account()
        return sorted(result, key=lambda line: line.date)

    def _word(self, syllables: int) -> str:
        return "".join(self._chance.choice(_SYLLABLES) for _ in range(syllables + self._chance.randint(0, 1)))

    def _account(self) -> str:
        return self._chance.choices(self._accounts, self._popularity)[0]

    def _vendor(self, rank: int) -> _Vendor:
        chance = self._chance
        many = 1 if chance.random() > self._unruly else min(15, 2 + int(chance.expovariate(0.4)))
        foreign = chance.choices(("NONE", *_FOREIGN), (0.7, 0.12, 0.06, 0.08, 0.04))[0]
        shared = self._service(self._account(), foreign)
        services = [shared]
        for _ in range(many - 1):
            own = self._service(self._account(), foreign)
            keep = {name: getattr(shared, name) for name in self._shared_habits()}
            services.append(replace(own, **keep))
        word = chance.choice(self._trade[shared.account]) if chance.random() < 0.4 else self._word(2)
        start = chance.random() ** 2 if chance.random() < 0.6 else 0.0
        return _Vendor(
            name=f"{self._word(2)} {word} {chance.choice(_FORMS)}".strip(),
            key=str(1_000_000 + chance.randrange(9_000_000)) if chance.random() < 0.7 else "",
            services=services,
            start=start,
            end=1.0 if chance.random() < 0.7 else min(1.0, start + chance.random()),
            weight=1.0 / (rank + 3) ** chance.uniform(0.5, 1.1),
            letters=chance.choice(("", "", self._word(1), self._word(1).upper() + "-")),
            next_number=int(10 ** chance.uniform(1, 7.5)),
            stride=10 ** chance.uniform(0, 4),
            numbering=chance.choice(_NUMBERINGS),
            sticks=chance.choice((0.0, 0.0, 0.0, 0.3, 0.6)),
            whole=many > 1 and self._many_lines > 0 and chance.random() < 0.2,
            foreign=foreign,
            strays=chance.choice((0.0, 0.0, 4.0)) * self._strays,
        )

    def _shared_habits(self) -> list[str]:
        """What the services of one vendor have in common: the fewer, the easier they are to tell apart."""
        odds = {
            "dimension": 0.5,
            "size": 0.4,
            "spread": 0.4,
            "amounts": 0.15,
            "words": 0.3,
            "numbered": 0.7,
            "series": 0.8,
            "day": 0.8,
            "product": 0.6,
            "percent": 0.6,
            "printed": 0.8,
        }
        habits = [name for name, odd in odds.items() if self._chance.random() < odd]
        return [*habits, "vat_code"] if "percent" in habits else habits

    def _service(self, account: str, foreign: str) -> _Service:
        chance = self._chance
        percent = chance.choices(_PERCENTS, (0.6, 0.12, 0.08, 0.2))[0]
        code = "KOOS" if percent != "0" else foreign
        if chance.random() < 0.015:
            code = chance.choice(("NONE", "RAOS", "EUOS"))
        size = chance.uniform(2.0, 8.5)
        fixed = chance.random() < 0.35
        words = (*chance.sample(self._trade[account], chance.randint(0, 2)), self._word(3))
        return _Service(
            account=account,
            dimension=chance.choice(self._dimensions),
            percent=percent,
            vat_code=code,
            weight=chance.random() ** 4 + 0.02,
            size=size,
            spread=chance.choice((0.05, 0.3, 1.0, 1.5)),
            amounts=tuple(int(100 * 2.718 ** (size + chance.gauss(0, 0.7))) for _ in range(chance.randint(1, 4)))
            if fixed
            else (),
            words=words if self._has_text and chance.random() < 0.85 else (),
            numbered=self._has_text and chance.random() < 0.25,
            series=chance.randint(0, 3),
            day=chance.randint(1, 28) if chance.random() < 0.2 else None,
            product=str(chance.randint(100, 9999)) if self._has_products else "",
            printed=chance.random() < 0.25,
            lines=chance.choice(_LINES),
        )

    def _invoice(self, vendor: _Vendor, day: date) -> list[Example]:
        chance = self._chance
        services = vendor.services
        if vendor.whole:
            chosen = list(range(len(services)))
        elif chance.random() < vendor.strays:
            stray = self._service(self._account(), vendor.foreign)
            code = vendor.foreign if stray.percent == "0" else "KOOS"
            services.append(replace(stray, weight=0.03, vat_code=code))
            chosen = [len(services) - 1]
        else:
            if chance.random() >= vendor.sticks:
                weights = [self._appeal(service, day) for service in services]
                vendor.current = chance.choices(range(len(services)), weights)[0]
            chosen = [vendor.current]
            while chance.random() < self._many_lines:
                chosen.append(chance.choice(chosen) if chance.random() < 0.8 else chance.randrange(len(services)))
            chosen += [one for one in chosen for _ in range(self._repeats(services[one]))]
        document = self._document(vendor, services[chosen[0]].series, day)
        return [self._line(vendor, services[number], day, document) for number in chosen]

    def _repeats(self, service: _Service) -> int:
        """How many more lines of a service stand on one invoice: the vehicles on hire, the houses repaired."""
        return int(self._chance.expovariate(1.0 / service.lines)) if self._many_lines and service.lines else 0

    def _document(self, vendor: _Vendor, series: int, day: date) -> str:
        chance = self._chance
        vendor.next_number += 1 + int(chance.expovariate(1.0 / vendor.stride))
        match vendor.numbering:
            case "running":
                return f"{vendor.letters}{series or ''}{vendor.next_number}"
            case "padded":
                return f"{vendor.letters}{series or ''}{vendor.next_number:08d}"
            case "yearly":
                return f"{vendor.letters}{day:%Y}-{series}{vendor.next_number % 10_000}"
            case "dated":
                return f"{day:%Y%m%d}{series}"
            case "random":
                return f"{vendor.letters}{chance.randrange(10**8)}"
            case _:
                return ""

    def _appeal(self, service: _Service, day: date) -> float:
        away = 0 if service.day is None else min(abs(service.day - day.day), 30 - abs(service.day - day.day))
        return service.weight * 0.5**away

    def _line(self, vendor: _Vendor, service: _Service, day: date, document: str) -> Example:
        chance = self._chance
        amount = int(100 * 2.718 ** chance.gauss(service.size, service.spread))
        if service.amounts and chance.random() < 0.9:
            amount = chance.choice(service.amounts)
        amount = max(1, round(amount * self._scale / self._cent)) * self._cent
        words = list(service.words)
        if words and chance.random() < 0.5:
            words.append(self._word(2))
        if service.numbered:
            self._job += chance.randint(0, 2)
            words.append(str(self._job))
        printed = service.printed and chance.random() < 0.9
        account, dimension = service.account, service.dimension
        if chance.random() < self._slips:
            account = chance.choice(vendor.services).account if chance.random() < 0.5 else self._account()
        if chance.random() < self._slips:
            dimension = chance.choice(self._dimensions)
        return Example(
            date=day,
            document=document,
            vendor=vendor.name,
            vendor_key=vendor.key,
            amount=-amount if chance.random() < 0.03 else amount,
            text=" ".join(words),
            vat_percent=service.percent if self._tells_vat else None,
            reference=dimension.split()[chance.randint(0, 1)] if printed and self._has_references else "",
            product_code=service.product,
            invoice=f"{vendor.name}/{document}/{day}",
            account=account,
            vat_code=service.vat_code if self._tells_vat else None,
            dimensions={"place": dimension} if self._has_dimensions else {},
        )

    def _change_a_mind(self, vendor: _Vendor) -> None:
        at = self._chance.randrange(len(vendor.services))
        vendor.services[at] = replace(
            vendor.services[at], account=self._account(), dimension=self._chance.choice(self._dimensions)
        )

    def _rename_an_account(self) -> None:
        at = self._chance.randrange(len(self._accounts))
        old, new = self._accounts[at], f"{self._accounts[at]}'"
        self._accounts[at] = new
        self._trade[new] = self._trade[old]
        for vendor in self._vendors:
            vendor.services = [replace(one, account=new) if one.account == old else one for one in vendor.services]
