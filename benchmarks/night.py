"""How long a night's learning takes: companies of 3,000 invoices, of which 20 changed, on two cores.

    python benchmarks/night.py [COMPANIES] [--processes N]

Generated books. Every company's models learn what changed (`services.learning.renewed`), which is what a night does
where the last training is less than a week old and little changed; a training of one company is timed beside it.
Fetching from Netvisor is not counted: see `benchmarks/onboarding.py`. Limit for 1,000 companies: 180 s.
"""

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

from services.learning import Task, learn, renewed
from services.prediction import ACCOUNT, VAT, Example
from services.prediction.books import generated

INVOICES = 3_000
CHANGED = 20
LIMIT_SECONDS = 180.0
COMPANIES = 1_000
DIFFERENT = 4
"""So many different companies are made; the others are like one of them."""

Kept = tuple[list[str], list[str]]


def main() -> None:
    """Measure a night and print it beside its limit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("companies", nargs="?", type=int, default=100)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    began = time.process_time()
    _trained(0)
    print(f"a training of one company of {INVOICES} invoices: {time.process_time() - began:.2f} s of processor time")
    for company in range(DIFFERENT):
        _trained(company)  # forked processes have them, too
    with ProcessPoolExecutor(chosen.processes, mp_context=get_context("fork")) as pool:
        began = time.perf_counter()
        used = sum(pool.map(_night, range(chosen.companies), chunksize=5))
        seconds = (time.perf_counter() - began) * COMPANIES / chosen.companies
    busy = used * COMPANIES / chosen.companies / chosen.processes
    print(
        f"a night of {COMPANIES} companies, {CHANGED} invoices changed in each, {chosen.processes} processes, from"
        f" {chosen.companies} measured: {seconds:.0f} s, of which each processor works {busy:.0f} s"
        f" (limit {LIMIT_SECONDS:.0f} s)"
    )


def _night(company: int) -> float:
    """Have one company's models learn what changed, and return the processor time."""
    artifact, (invoices, vouchers) = _trained(company % DIFFERENT)
    began = time.process_time()
    if renewed(artifact, invoices, vouchers, ()) is None:
        raise RuntimeError("a training would have been asked for")
    return time.process_time() - began


@cache
def _trained(seed: int) -> tuple[bytes, Kept]:
    """Models of a company's history, and the history as it is when so many invoices have been changed and added."""
    lines = generated(50_000 + seed, INVOICES + CHANGED)[: INVOICES + CHANGED]
    before, after = _kept(lines[:INVOICES]), _kept(lines[CHANGED:])
    task = Task(INVOICES, INVOICES, (ACCOUNT, VAT))
    return learn(task, *before, lambda _phase, _done, _all: None).artifact, after


def _kept(lines: list[Example]) -> Kept:
    """Lines as `services.history` keeps them: an invoice and a voucher each."""
    invoices = [
        {
            "key": number,
            "number": line.document,
            "date": line.date.isoformat(),
            "vendor": line.vendor,
            "vendor_key": line.vendor_key,
            "reference": line.reference,
            "amount": line.amount,
            "currency_amount": None,
            "lines": [
                {
                    "gross": line.amount,
                    "net": line.amount,
                    "vat_percent": line.vat_percent,
                    "text": line.text,
                    "product_code": line.product_code,
                }
            ],
        }
        for number, line in enumerate(lines)
    ]
    vouchers = [
        {
            "source": number,
            "lines": [
                {
                    "sum": line.amount,
                    "text": line.text,
                    "account": line.account,
                    "vat_percent": line.vat_percent,
                    "vat_code": line.vat_code or "NONE",
                    "dimensions": dict(line.dimensions),
                }
            ],
        }
        for number, line in enumerate(lines)
    ]
    return [json.dumps(one) for one in invoices], [json.dumps(one) for one in vouchers]


if __name__ == "__main__":
    main()
