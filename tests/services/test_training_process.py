"""The child process that trains: kept invoices and vouchers in, progress and models out."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

from services.history import join
from services.prediction import Example, Model, train
from services.prediction.books import generated
from services.prediction.wire import Progress, Trained, decode_line


def kept(lines: Sequence[Example]) -> tuple[list[str], list[str]]:
    """Return lines as `services.history` keeps them: an invoice and a voucher each."""
    invoices = [
        {
            "key": number,
            "number": line.document,
            "date": line.date.isoformat(),
            "vendor": line.vendor,
            "vendor_key": line.vendor_key,
            "reference": line.reference,
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
                    "vat_code": line.vat_code,
                    "dimensions": dict(line.dimensions),
                },
                {
                    "sum": -line.amount,
                    "text": "",
                    "account": "2871",
                    "vat_percent": None,
                    "vat_code": "NONE",
                    "dimensions": {},
                },
            ],
        }
        for number, line in enumerate(lines)
    ]
    return [json.dumps(one) for one in invoices], [json.dumps(one) for one in vouchers]


async def run(invoices: list[str], vouchers: list[str]) -> tuple[list[Progress], Trained]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.training_process", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    text = "\n".join([f"{len(invoices)} {len(vouchers)}", *invoices, *vouchers, ""])
    out, _ = await child.communicate(text.encode())
    assert child.returncode == 0
    *progress, last = (decode_line(line) for line in out.splitlines())
    assert isinstance(last, Trained)
    return [one for one in progress if isinstance(one, Progress)], last


async def test_it_learns_what_was_kept_and_tells_how_far_it_is() -> None:
    invoices, vouchers = kept(generated(9, 300))
    progress, trained = await run(invoices, vouchers)
    examples = join(invoices, vouchers).examples
    assert progress
    assert all(one.done <= one.total for one in progress)
    assert trained.report == train(examples).report
    assert Model.from_bytes(trained.artifact).learned == len(examples)


async def test_a_company_without_history_gets_models_that_know_nothing() -> None:
    _, trained = await run([], [])
    assert trained.report.invoices == 0
    assert Model.from_bytes(trained.artifact).learned == 0
