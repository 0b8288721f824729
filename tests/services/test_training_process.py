"""The child process that trains: kept invoices and vouchers in, progress and models out."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from services.history import join
from services.learning import Learnt, Task, decode_saying, encode_task, learn, proven_below, renewed
from services.prediction import ACCOUNT, VAT, Example, Model, train
from services.prediction.books import generated
from services.prediction.wire import Progress
from services.training_child import Child


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


TARGETS = (ACCOUNT, VAT)


async def run(task: Task, invoices: list[str], vouchers: list[str]) -> tuple[list[Progress], Learnt]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.training_process", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    lines = "".join(f"{line}\n" for line in [*invoices, *vouchers])
    out, _ = await child.communicate(encode_task(task) + lines.encode())
    assert child.returncode == 0
    *progress, last = (decode_saying(line) for line in out.splitlines())
    assert isinstance(last, Learnt)
    return [one for one in progress if isinstance(one, Progress)], last


def learnt(examples: Sequence[Example], running: bytes = b"", targets: Sequence[str] = TARGETS) -> Learnt:
    """Learn in this process."""
    invoices, vouchers = kept(examples)
    task = Task(len(invoices), len(vouchers), tuple(targets), running=running)
    return learn(task, invoices, vouchers, lambda _phase, _done, _all: None)


async def test_it_learns_what_was_kept_and_tells_how_far_it_is() -> None:
    invoices, vouchers = kept(generated(9, 300))
    progress, found = await run(Task(len(invoices), len(vouchers), TARGETS), invoices, vouchers)
    examples = join(invoices, vouchers).examples
    assert {one.phase for one in progress} == {"learning", "evaluating"}
    assert all(one.done <= one.total for one in progress)
    assert found.report == train(examples).report
    model = Model.from_bytes(found.artifact)
    assert model.learned == len(examples)
    model.learn(*examples[-1:])
    about = Model.from_bytes(model.to_bytes()).about
    assert about["lines"] == len(examples), "it says what it was trained on, whatever it learned since"
    assert about["first_day"] == examples[0].date.isoformat()
    assert about["program"]


@pytest.mark.skipif(sys.platform != "linux", reason="how much a pipe holds is asked as Linux answers it")
def test_a_child_that_was_paused_writes_all_that_it_learnt() -> None:
    """Containers are paused, and images of them have PYTHONUNBUFFERED set as a rule."""
    invoices, vouchers = kept(generated(9, 300))
    task = Task(len(invoices), len(vouchers), TARGETS)
    with subprocess.Popen(
        [sys.executable, "-m", "services.training_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(encode_task(task) + "".join(f"{line}\n" for line in [*invoices, *vouchers]).encode())
        child.stdin.close()
        waiting, before = 0, -1
        while waiting != before or waiting < fcntl.fcntl(child.stdout, fcntl.F_GETPIPE_SZ) // 2:
            assert child.poll() is None, "it has ended, and more than a pipe holds was to be told"
            time.sleep(0.05)
            before, waiting = waiting, struct.unpack("i", fcntl.ioctl(child.stdout, termios.FIONREAD, bytes(4)))[0]
        child.send_signal(signal.SIGSTOP)
        os.waitpid(child.pid, os.WUNTRACED)
        child.send_signal(signal.SIGCONT)
        found = decode_saying(child.stdout.read().splitlines()[-1])
    assert isinstance(found, Learnt)
    assert Model.from_bytes(found.artifact).learned == len(join(invoices, vouchers).examples)


async def test_a_child_that_is_killed_in_mid_sentence_has_learnt_nothing() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        """import sys; sys.stdin.read(); print('{"artifact":"RkFC', end="")""",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )

    async def nothing() -> AsyncIterator[list[str]]:
        yield []

    async def tell(_progress: Progress) -> None:
        raise AssertionError

    assert await Child(process).learn(Task(0, 0, TARGETS), nothing(), tell) is None
    assert await process.wait() == 0


def test_the_child_loads_no_network() -> None:
    """It is started for every training, and would spend a quarter of its start on a client that it does not use."""
    loaded = "import services.training_process, sys; print('httpx' in sys.modules, 'services.netvisor' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", loaded], check=True, capture_output=True, text=True)
    assert asked.stdout.split() == ["False", "False"]


async def test_a_company_without_history_gets_models_that_know_nothing() -> None:
    _, found = await run(Task(0, 0, TARGETS), [], [])
    assert found.report.invoices == 0
    assert Model.from_bytes(found.artifact).learned == 0


def test_the_report_names_what_will_need_people() -> None:
    found = learnt(generated(9, 800), targets=(*TARGETS, "dimension:dimension"))
    assert 0 < len(found.vendors) <= 10
    assert [vendor.uncertain for vendor in found.vendors] == sorted(
        (vendor.uncertain for vendor in found.vendors), reverse=True
    )
    assert all(0 < vendor.uncertain <= vendor.lines for vendor in found.vendors)
    assert all(seen.lines < 5 for seen in found.rare_accounts)
    assert [report.target for report in found.report.targets][:2] == ["account", "vat"]


def test_the_running_model_is_compared_on_the_same_lines() -> None:
    books = generated(9, 900)
    running = learnt(books[:800]).artifact
    again = learnt(books, running)
    account = again.comparisons[0]
    assert account.target == "account"
    assert account.lines == again.report.targets[0].lines_tested
    assert account.right == again.report.targets[0].accuracy
    assert 0.0 <= account.wrong <= 1.0
    assert not again.is_worse, "it knows the same and more"


def test_a_model_that_is_proven_worse_is_told() -> None:
    """The new history is the old one with its accounts shuffled by an accident: it contradicts itself."""
    books = generated(9, 900)
    running = learnt(books).artifact
    dice = Random(7)
    cut = int(len(books) * 0.8)
    accounts = [line.account for line in books[:cut]]
    dice.shuffle(accounts)
    spoilt = [replace(line, account=account) for line, account in zip(books[:cut], accounts, strict=True)]
    again = learnt([*spoilt, *books[cut:]], running)
    assert again.is_worse
    assert again.comparisons[0].worse
    assert again.comparisons[0].running_right > again.comparisons[0].right


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: b"no model", lambda data: b""])
def test_a_running_model_that_cannot_be_read_is_replaced(spoil: Callable[[bytes], bytes]) -> None:
    books = generated(9, 300)
    running = spoil(learnt(books).artifact)
    again = learnt(books, running)
    assert again.damaged == bool(running)
    assert again.comparisons == ()
    assert not again.is_worse


def test_worse_means_beyond_chance() -> None:
    invoices = [str(number) for number in range(100)]
    assert not proven_below([0] * 100, invoices)
    assert not proven_below([-1] * 3 + [0] * 97, invoices)
    assert proven_below([-1] * 10 + [0] * 90, invoices)
    assert not proven_below([-1] * 10 + [1] * 8 + [0] * 82, invoices)
    assert not proven_below([-1] * 10 + [0] * 90, ["one invoice"] * 10 + invoices[10:]), "lines go wrong together"
    assert not proven_below([1] * 100, invoices)


def test_a_night_learns_a_few_changes_without_training() -> None:
    examples = generated(9, 420)
    trained = learnt(examples[:400])
    reposted = [replace(examples[0], account="9999"), *examples[2:410]]
    artifact = renewed(trained.artifact, *kept(reposted), ())
    assert artifact is not None
    model = Model.from_bytes(artifact)
    assert model.learned == len(reposted), "what is gone is forgotten"
    assert model.memory.labels[ACCOUNT][0] == "9999", "what is posted anew takes the old one's place"
    assert model.about == Model.from_bytes(trained.artifact).about
    again = Model.from_bytes(trained.artifact).renewed(reposted)
    assert model.predict_lines(ACCOUNT, examples[-5:]) == again.predict_lines(ACCOUNT, examples[-5:])


def test_much_change_or_a_damaged_model_asks_for_a_training() -> None:
    examples = generated(9, 420)
    artifact = learnt(examples[:300]).artifact
    assert renewed(artifact, *kept(examples), ()) is None
    assert renewed(artifact, *kept(examples[:200]), ()) is None
    assert renewed(artifact[:-1] + b"?", *kept(examples[:300]), ()) is None


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted as Linux counts them")
@pytest.mark.parametrize("module", ["services.training_process", "services.help_ai.index", "bot.app"])
def test_numpy_starts_no_threads_of_its_own(module: str) -> None:
    """On a busy machine they wait for each other, and a training takes ten times as long."""
    count = f"import {module}, numpy, os; print(len(os.listdir('/proc/self/task')))"
    fresh = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    counted = subprocess.run([sys.executable, "-c", count], check=True, capture_output=True, text=True, env=fresh)
    assert int(counted.stdout) == 1
