"""How well and how fast predictions are, beside what a firm would use instead, each figure with its goal.

    python benchmarks/prediction.py [FOLDER] [--part postings|cold-start|vat|speed ...] [--only NAME ...] [--quick]

FOLDER holds postings (*.csv.gz, columns date, document, vendor, amount, text, account, dimension); by default the
environment's POSTINGS or ../shared/data/postings, and generated books where that is missing. Figures from
generated books say nothing of accuracy on real ones. A folder `prototype` beside it with row and right of another
predictor's run is compared with by a paired bootstrap. smart_importer and the linear SVM are measured where
installed (`uv sync --group benchmark`); --quick leaves them out. Protocol: see `services/prediction/evaluation.py`.
Shares are ratios; times are seconds of this process's processor time, so that a shared machine does not slow them.
"""

# First of all: it keeps numpy to one thread, as in the program.
from services.prediction import ACCOUNT, VAT, Example, Model, train

# isort: split
import argparse
import csv
import gzip
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.prediction_cold_start import cold_start
from benchmarks.prediction_limits import print_limits
from benchmarks.prediction_peers import PEER_ROWS, by_vendor, last, linear_svm, most_frequent, smart_importer
from services.prediction.books import generated
from services.prediction.evaluation import NEWEST, Figures, Outcome, evaluate, figures, figures_of
from services.prediction.model import joint
from services.prediction.postings import Row, read_rows

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data" / "postings"
PARTS = ("postings", "cold-start", "vat", "speed")
ENOUGH = 500
"""Sets with so many test rows or more have a goal for their precision of their own."""
_TRAIN_ALONE = """
from pathlib import Path
from services.prediction import train
from services.prediction.books import generated
train(generated(30_000, 40_000), ("account",))
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])  # ru_maxrss would count the parent's
"""
Right = NDArray[np.bool_]
T = TypeVar("T")


def main() -> None:
    """Print every table, or the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(os.environ.get("POSTINGS", DEFAULT)))
    parser.add_argument("--part", nargs="*", choices=PARTS, default=PARTS, help="which tables (all)")
    parser.add_argument("--only", nargs="*", help="names of sets")
    parser.add_argument("--quick", action="store_true", help="leave out the slow peers")
    chosen = parser.parse_args()
    sets = list(_sets(chosen.folder, set(chosen.only or ()))) if {*chosen.part} != {"vat"} else []
    if {"postings", "cold-start"} & {*chosen.part}:
        if not sets:
            sys.exit(f"no sets in {chosen.folder}")
        if "postings" in chosen.part:
            _postings(sets, chosen.folder.parent / "prototype", quick=chosen.quick)
        if "cold-start" in chosen.part:
            cold_start({one.name: [row.example for row in one.rows] for one in sets if one.label == ACCOUNT})
    if "vat" in chosen.part:
        _vat()
    if "speed" in chosen.part:
        _speed(quick=chosen.quick)
        if not chosen.quick:
            _speed_beside_smart_importer(sets)


def _postings(sets: Sequence["Postings"], prototype: Path, *, quick: bool) -> None:
    results: dict[str, list[Figures]] = defaultdict(list)
    ours: dict[tuple[str, str], list[Outcome]] = {}
    below: list[str] = []
    tops: dict[str, list[float]] = defaultdict(list)
    for one in sets:
        print(f"\n{one.name}, {one.label}: {len(one.rows)} rows")
        rights, found = _measure(one, results, quick=quick)
        ours[one.name, one.label] = found
        rights |= _prototype(prototype / f"{one.name}.csv.gz", found) if one.label == ACCOUNT else {}
        if one.label == ACCOUNT:
            for name, right in rights.items():
                tops[name].append(float(right.mean()))
        below += [f"{one.name} {one.label}: {peer}" for peer in _compare(found, rights)]
        print(f"  whole invoices right (ours next-day): {_whole(one, [found])}")
        if (one.name, ACCOUNT) in ours and one.label != ACCOUNT:
            print(f"  account and dimension of all lines right: {_whole(one, [ours[one.name, ACCOUNT], found])}")
        print_limits(one.rows, _cut(one.rows), found)
    if len(sets) > 1:
        print("\nmean over all sets and labels")
        for name, each in results.items():
            if len(each) == len(sets):
                _print_mean(name, each)
    print(
        "\naccount, mean top-1 of the peers: " + ", ".join(f"{name} {np.mean(top):.3f}" for name, top in tops.items())
    )
    print(f"not above, paired bootstrap at 95 % (goal none): {'; '.join(below) or 'none'}")
    _goals(ours)


def _goals(ours: Mapping[tuple[str, str], list[Outcome]]) -> None:
    """The figures that have a goal, next-day, each beside it."""
    print("\nours next-day beside the goals")
    by_name = {name: figures(found) for (name, label), found in ours.items() if label == ACCOUNT}
    if by_name:
        pooled = list(chain.from_iterable(found for (_, label), found in ours.items() if label == ACCOUNT))
        all_rows = figures(pooled)
        _goal("account, mean top-1", statistics.fmean(one.top1 for one in by_name.values()), 0.86)
        _goal("account, mean ece", statistics.fmean(one.ece for one in by_name.values()), 0.03, at_most=True)
        _goal("account, all rows, coverage@.8", all_rows.coverage, 0.75)
        _goal("account, all rows, precision@.8", all_rows.precision or 0.0, 0.96)
        print(f"    coverage at precision .96, its threshold chosen in hindsight: {_coverage_at(pooled, 0.96):.3f}")
        for name, one in by_name.items():
            if one.tested >= ENOUGH:
                _goal(f"account, {name}, precision@.8", one.precision or 0.0, 0.93)
    if "harrogate" in by_name:
        _goal("account, harrogate, top-1", by_name["harrogate"].top1, 0.88)
        _goal("account, harrogate, cov95", by_name["harrogate"].cov95, 0.85)
    for (name, label), found in ours.items():
        if label == "dimension":
            one = figures(found)
            _goal(f"dimension, {name}, top-1", one.top1, 0.87)
            _goal(f"dimension, {name}, coverage@.8", one.coverage, 0.75)
            _goal(f"dimension, {name}, precision@.8", one.precision or 0.0, 0.97)


def _goal(name: str, value: float, goal: float, *, at_most: bool = False, unit: str = "") -> None:
    met = value <= goal if at_most else value >= goal
    sign = "<=" if at_most else ">="
    print(f"  {name:<42} {value:8.3f}{unit}  goal {sign} {goal:g}{unit}  {'met' if met else 'MISSED'}")


@dataclass(frozen=True)
class Postings:
    """One organisation's rows with a label."""

    name: str
    label: str
    rows: list[Row]


def _sets(folder: Path, only: set[str]) -> Iterable[Postings]:
    if not folder.is_dir():
        print("GENERATED books: these figures say nothing of accuracy on real ones")
        for seed, lines in ((1, 600), (2, 2500), (3, 9000), (4, 20_000)):
            examples = generated(10_000 + seed, lines)
            rows = [Row(number, one.account or "", one) for number, one in enumerate(examples)]
            yield Postings(f"generated_{seed}", "account", rows)
        return
    for path in sorted(folder.glob("*.csv.gz")):
        name = path.name.removesuffix(".csv.gz")
        if only and name not in only:
            continue
        for label in ("account", "dimension"):
            rows = read_rows(path, label)[-NEWEST:]
            if rows:
                yield Postings(name, label, rows)


def _measure(
    one: Postings, results: dict[str, list[Figures]], *, quick: bool
) -> tuple[dict[str, Right], list[Outcome]]:
    """Print every predictor's figures; return which test rows each peer was right in, and our outcomes next-day."""
    start = _cut(one.rows)
    past, tested = one.rows[:start], one.rows[start:]
    rights: dict[str, Right] = {}
    for name, choose in (("most frequent", most_frequent), ("last", last)):
        for learn in ("static", "next-day"):
            right, sure = by_vendor(one.rows, start, learn, choose)
            _report(f"{name} {learn}", figures_of(right, sure), results)
            rights[f"{name} {learn}"] = right
    if not quick:
        for name, peer in (("smart_importer static", smart_importer), ("linear SVM static", linear_svm)):
            began = time.process_time()
            answers = peer(past, tested)
            if answers is not None:
                right = rights[name] = np.array([row.label == said for row, said in zip(tested, answers, strict=True)])
                print(f"  {name:<28} {right.mean():.3f}{'':40} {time.process_time() - began:7.1f} s")
    ours: list[Outcome] = []
    for learn in ("static", "next-day"):
        began = time.process_time()
        ours = evaluate(one.rows, one.label, learn)
        _report(f"ours {learn}", figures(ours), results, time.process_time() - began)
    return rights, ours


def _report(name: str, found: Figures, results: dict[str, list[Figures]], seconds: float | None = None) -> None:
    results[name].append(found)
    print(_line(name, found) + ("" if seconds is None else f" {seconds:7.1f} s"))


def _line(name: str, found: Figures) -> str:
    precision = "  -  " if found.precision is None else f"{found.precision:.3f}"
    return (
        f"  {name:<28} {found.top1:.3f}/{found.cov95:.3f}/{found.coverage:.3f}/{precision}"
        f" ece {found.ece:.3f} n {found.tested}"
    )


def _print_mean(name: str, found: Sequence[Figures]) -> None:
    mean = {
        part: statistics.fmean(getattr(one, part) for one in found) for part in ("top1", "cov95", "coverage", "ece")
    }
    print(f"  {name:<28} {mean['top1']:.3f}/{mean['cov95']:.3f}/{mean['coverage']:.3f} ece {mean['ece']:.3f}")


def _cut(rows: Sequence[Row]) -> int:
    day = rows[int(len(rows) * 0.8)].example.date
    return next(at for at, row in enumerate(rows) if row.example.date == day)


def _whole(one: Postings, by_label: Sequence[Sequence[Outcome]]) -> str:
    """Shares of invoices with every label of every line right; of those with a joint confidence of 0.80, too."""
    examples = {row.number: row.example for row in one.rows}
    invoices: dict[tuple[object, ...], list[Outcome]] = defaultdict(list)
    for found in chain.from_iterable(by_label):
        if found.row in examples:
            example = examples[found.row]
            invoices[example.vendor, example.document, example.date].append(found)
    right = np.array([all(line.label == line.predicted for line in lines) for lines in invoices.values()])
    sure = np.array([joint([line.confidence for line in lines]) for lines in invoices.values()])
    found = figures_of(right, sure)
    return f"{found.top1:.3f}, certain {found.coverage:.3f} at {found.precision or 0:.3f}, ece {found.ece:.3f}"


def _coverage_at(outcomes: Sequence[Outcome], precision: float) -> float:
    """The largest share of rows, the surest first, of which so many are right."""
    right = [found.label == found.predicted for found in sorted(outcomes, key=lambda found: -found.confidence)]
    enough = np.flatnonzero(np.cumsum(right) >= precision * np.arange(1, len(right) + 1))
    return (int(enough[-1]) + 1) / len(right) if len(enough) else 0.0


def _prototype(path: Path, ours: Sequence[Outcome]) -> dict[str, Right]:
    """Which of our test rows the prototype was right in, where its run is there."""
    if not path.is_file():
        return {}
    with gzip.open(path, "rt", newline="") as opened:
        theirs = {int(row["row"]): row["right"] == "1" for row in csv.DictReader(opened)}
    return {"prototype": np.array([theirs[found.row] for found in ours])}


def _compare(ours: Sequence[Outcome], rights: Mapping[str, Right]) -> list[str]:
    """Print what ours is right in more than each peer, with a paired bootstrap; return those it is not above: the
    prototype where it is surely better, any other where it may be as good.
    """
    mine = np.array([found.label == found.predicted for found in ours])
    chance = np.random.default_rng(1)
    not_above: list[str] = []
    for name, theirs in rights.items():
        won, lost, rows = int((mine & ~theirs).sum()), int((theirs & ~mine).sum()), len(mine)
        # Of a gain only 1, 0 and -1 occur: drawing how often each comes is drawing the rows.
        drawn = chance.multinomial(rows, [won / rows, lost / rows, 1 - (won + lost) / rows], 2000)
        low, high = np.quantile((drawn[:, 0] - drawn[:, 1]) / rows, [0.025, 0.975])
        print(f"  ours next-day less {name}: {(won - lost) / rows:+.4f} ({low:+.4f} to {high:+.4f})")
        if high < 0 or (low <= 0 and name != "prototype"):
            not_above.append(name)
    return not_above


def _vat() -> None:
    """VAT codes on generated books, the percentage known."""
    reports = [train(generated(20_000 + seed, 3000), (ACCOUNT, VAT)).report for seed in range(8)]
    vat = [one for report in reports for one in report.targets if one.target == VAT and one.accuracy is not None]
    tested = sum(one.lines_tested for one in vat)
    certain = sum((one.share_certain or 0) * one.lines_tested for one in vat)
    precise = sum((one.share_certain or 0) * one.lines_tested * (one.precision_certain or 0) for one in vat)
    print("\nVAT codes on GENERATED books, the percentage known")
    _goal("coverage@.8", certain / tested, 0.90)
    _goal("precision@.8", precise / certain, 0.99)


def _speed(*, quick: bool) -> None:
    """Times and sizes on generated books."""
    print("\nspeed on generated books; times are seconds of processor time, on one core")
    for lines, limit in ((10_000, 1.0), (40_000, 5.0)):
        examples = generated(30_000, lines)
        model, seconds = _timed(lambda examples=examples: train(examples, (ACCOUNT,)).model)
        _goal(f"training {lines} lines", seconds, limit, at_most=True, unit=" s")
        if lines == PEER_ROWS:
            if not quick:
                _beside_smart_importer("the same", [Row(0, one.account or "", one) for one in examples], seconds)
            _speed_of(model, examples)
    largest = subprocess.run([sys.executable, "-c", _TRAIN_ALONE], check=True, capture_output=True, text=True)
    _goal("memory of training 40,000 lines", int(largest.stdout) / 1024, 300, at_most=True, unit=" MB")


def _speed_beside_smart_importer(sets: Sequence["Postings"]) -> None:
    """How much longer it takes on the newest rows of each set that has enough; it hangs on the books."""
    for one in sets:
        if one.label == ACCOUNT and len(one.rows) >= PEER_ROWS:
            rows = one.rows[-PEER_ROWS:]
            _, seconds = _timed(lambda rows=rows: train([row.example for row in rows], (ACCOUNT,)))
            _beside_smart_importer(one.name, rows, seconds)


def _beside_smart_importer(name: str, rows: Sequence[Row], seconds: float) -> None:
    answers, theirs = _timed(lambda: smart_importer(rows, rows[:1]))
    if answers is not None:
        _goal(f"smart_importer learning {name}, times ours", theirs / seconds, 10.0)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """What some work comes to, and its processor time in seconds."""
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


def _speed_of(model: Model, examples: Sequence[Example]) -> None:
    stored = model.to_bytes()
    _goal("artifact at 10,000 lines", len(stored) / 1e6, 1.0, at_most=True, unit=" MB")
    model, loading = _timed(lambda: Model.from_bytes(stored))
    _goal("loading", loading * 1000, 30, at_most=True, unit=" ms")
    _, first = _timed(lambda: model.predict(ACCOUNT, examples[-1]))
    print(f"  {'first prediction':<42} {first * 1000:8.3f} ms")
    _, single = _timed(lambda: [model.predict(ACCOUNT, one) for one in examples[-200:]])
    _goal("predicting one line", single * 1000 / 200, 1.0, at_most=True, unit=" ms")
    _, many = _timed(lambda: model.predict_lines(ACCOUNT, examples[-2000:]))
    print(f"  {'predicting a line of 2,000 together':<42} {many / 2:8.3f} ms")


if __name__ == "__main__":
    main()
