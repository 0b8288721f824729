"""How well and how fast predictions are, beside what a firm would use instead.

    python benchmarks/prediction.py [FOLDER] [--only NAME ...] [--quick]

FOLDER holds postings (*.csv.gz, columns date, document, vendor, amount, text, account, dimension); by default the
environment's POSTINGS or ../shared/data/postings, and generated books where that is missing. Figures from
generated books say nothing of accuracy on real ones. A folder `prototype` beside it with row and right of another
predictor's run is compared with by a paired bootstrap. smart_importer and the linear SVM are measured where
installed (the dependency group `benchmark`). Protocol: see `services/prediction/evaluation.py`. Shares are ratios.
"""

import argparse
import csv
import gzip
import os
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from pathlib import Path

import numpy as np

from services.prediction import ACCOUNT, CERTAIN, VAT, Example, Model, train
from services.prediction.books import generated
from services.prediction.evaluation import NEWEST, Figures, Outcome, evaluate, figures, figures_of
from services.prediction.judge import best, own_judge
from services.prediction.lines import amount_steps
from services.prediction.memory import Memory
from services.prediction.model import FEWEST_DAYS, FEWEST_LEARNED, joint
from services.prediction.postings import Row, read_rows
from services.prediction.replay import days_before, replay
from services.prediction.training import TEST_SHARE

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data" / "postings"
STAGES = (0, 20, 50, 100, 200, 300, 500, 1000)
PEER_ROWS = 10_000
_TRAIN_ALONE = """
from pathlib import Path
from services.prediction import train
from services.prediction.books import generated
train(generated(30_000, 40_000), ("account",))
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])  # ru_maxrss would count the parent's
"""
Counts = tuple[int, int, int, int, int]


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(os.environ.get("POSTINGS", DEFAULT)))
    parser.add_argument("--only", nargs="*", help="names of sets")
    parser.add_argument("--quick", action="store_true", help="leave out the slow peers and the cold start")
    chosen = parser.parse_args()
    sets = list(_sets(chosen.folder, set(chosen.only or ())))
    if not sets:
        sys.exit(f"no sets in {chosen.folder}")
    results: dict[str, list[Figures]] = defaultdict(list)
    pooled: list[Outcome] = []
    by_label: dict[str, dict[str, list[Outcome]]] = defaultdict(dict)
    for one in sets:
        print(f"\n{one.name}, {one.label}: {len(one.rows)} rows")
        ours = by_label[one.name][one.label] = _measure(one, results, quick=chosen.quick)
        print(f"  whole invoices right (ours next-day): {_whole(one, [ours])}")
        if len(by_label[one.name]) > 1:
            print(f"  account and dimension of all lines right: {_whole(one, list(by_label[one.name].values()))}")
        if one.label == "account":
            pooled += ours
            _compare(one, ours, chosen.folder.parent / "prototype")
            _limit(one, ours)
    print("\nmean over all sets and labels" if len(sets) > 1 else "")
    for name, found in results.items():
        if len(found) == len(sets):
            _print_mean(name, found)
    if pooled:
        print(_line("ours next-day, account, all rows", figures(pooled)))
        print(f"  coverage at precision .96, threshold chosen in hindsight: {_coverage_at(pooled, 0.96):.3f}")
    if not chosen.quick:
        _cold_start([one for one in sets if one.label == "account"])
    _vat()
    _speed()


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


def _measure(one: Postings, results: dict[str, list[Figures]], *, quick: bool) -> list[Outcome]:
    start = _cut(one.rows)
    for name, choose in (("most frequent", _most_frequent), ("last", _last)):
        for learn in ("static", "next-day"):
            _report(f"{name} {learn}", _by_vendor(one.rows, start, learn, choose), results)
    if not quick:
        for name, peer in (("smart_importer static", _smart_importer), ("linear SVM static", _linear_svm)):
            began = time.perf_counter()
            answers = peer(one.rows[:start], one.rows[start:])
            if answers is not None:
                right = np.array([row.label == said for row, said in zip(one.rows[start:], answers, strict=True)])
                seconds = time.perf_counter() - began
                print(f"  {name:<28} {right.mean():.3f}{'':21} {seconds:7.1f} s")
    ours: list[Outcome] = []
    for learn in ("static", "next-day"):
        began = time.perf_counter()
        ours = evaluate(one.rows, one.label, learn)
        _report(f"ours {learn}", figures(ours), results, time.perf_counter() - began)
    return ours


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


def _most_frequent(seen: Counter[str], _last_label: str) -> tuple[str, float]:
    label, count = seen.most_common(1)[0]
    return label, count / (seen.total() + 1)


def _last(seen: Counter[str], last_label: str) -> tuple[str, float]:
    return last_label, seen[last_label] / (seen.total() + 1)


def _by_vendor(rows: Sequence[Row], start: int, learn: str, choose: object) -> Figures:
    """A vendor's labels alone; the confidence is the label's share with one unknown more."""
    assert callable(choose)
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    last: dict[str, str] = {}
    right: list[bool] = []
    confidence: list[float] = []
    for _, day in groupby(enumerate(rows), key=lambda pair: pair[1].example.date):
        today = list(day)
        for number, row in today:
            if number >= start:
                vendor = row.example.vendor
                label, sure = choose(seen[vendor], last[vendor]) if vendor in last else ("", 0.0)
                right.append(label == row.label)
                confidence.append(sure)
        for number, row in today:
            if number < start or learn == "next-day":
                seen[row.example.vendor][row.label] += 1
                last[row.example.vendor] = row.label
    return figures_of(np.array(right), np.array(confidence))


def _smart_importer(past: Sequence[Row], tested: Sequence[Row]) -> list[str] | None:
    """The library's own pipeline (words of text and vendor, day of month), on the newest rows it can manage."""
    try:
        from smart_importer import PredictPostings
    except ImportError:
        return None

    @dataclass
    class Entry:
        narration: str
        payee: str
        date: object

    def entries(rows: Sequence[Row]) -> list[Entry]:
        return [Entry(row.example.text, row.example.vendor, row.example.date) for row in rows]

    predictor = PredictPostings()
    predictor.define_pipeline()
    past = past[-PEER_ROWS:]
    predictor.pipeline.fit(entries(past), [row.label for row in past])
    return list(predictor.pipeline.predict(entries(tested)))


def _linear_svm(past: Sequence[Row], tested: Sequence[Row]) -> list[str] | None:
    """A linear SVM on words of vendor and text, the vendor, the amount's size and the document number's form."""
    try:
        from sklearn.feature_extraction.text import HashingVectorizer
        from sklearn.svm import LinearSVC
    except ImportError:
        return None

    def words(row: Row) -> list[str]:
        one = row.example
        size = len(str(abs(one.amount)))
        return [
            "v " + one.vendor,
            f"s {one.vendor} {size}",
            f"d {one.vendor} {one.document[:3]} {len(one.document)}",
            *one.vendor.split(),
            *one.text.split(),
        ]

    vectors = HashingVectorizer(analyzer=words, n_features=2**18)
    model = LinearSVC()
    model.fit(vectors.transform(past), [row.label for row in past])
    return list(model.predict(vectors.transform(tested)))


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


def _compare(one: Postings, ours: Sequence[Outcome], folder: Path) -> None:
    path = folder / f"{one.name}.csv.gz"
    if not path.is_file():
        return
    with gzip.open(path, "rt", newline="") as opened:
        theirs = {int(row["row"]): int(row["right"]) for row in csv.DictReader(opened)}
    gain = np.array([(found.label == found.predicted) - theirs[found.row] for found in ours], dtype=float)
    chance = np.random.default_rng(1)
    means = [gain[chance.integers(0, len(gain), len(gain))].mean() for _ in range(1000)]
    low, high = np.quantile(means, [0.025, 0.975])
    print(f"  ours next-day less the prototype: {gain.mean():+.4f} (paired bootstrap, 95 %: {low:+.4f} to {high:+.4f})")


def _limit(one: Postings, ours: Sequence[Outcome]) -> None:
    """What no predictor of these columns passes: labels that could not be known, and like lines posted unlike."""
    start = _cut(one.rows)
    before: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    vendor_labels: dict[str, set[str]] = defaultdict(set)
    alike = same = known = strangers = 0
    for _, day in groupby(enumerate(one.rows), key=lambda pair: pair[1].example.date):
        today = list(day)
        for number, row in today:
            if number >= start:
                earlier = before.get(_look(row.example))
                alike += earlier is not None
                same += earlier is not None and earlier.most_common(1)[0][0] == row.label
                known += row.label in vendor_labels[row.example.vendor]
                strangers += not vendor_labels[row.example.vendor]
        for _, row in today:
            before[_look(row.example)][row.label] += 1
            vendor_labels[row.example.vendor].add(row.label)
    tested = len(one.rows) - start
    offered = sum(found.offered for found in ours) / tested
    print(
        f"  limits: vendor new {strangers / tested:.3f}; label used with the vendor before {known / tested:.3f}, among"
        f" our candidates {offered:.3f}; same vendor, amount and text seen before {alike / tested:.3f}, of those posted"
        f" as mostly before {same / max(alike, 1):.3f}; posted as the likest other rows, later ones included:"
        f" {_hindsight(one.rows, start):.3f}"
    )


def _hindsight(rows: Sequence[Row], start: int) -> float:
    """How often the test rows are posted as most of the other rows of the file that are most like them, LATER ones
    included: of the same vendor and text, and the same amount and year, else nearly the same amount and year, and so on
    down to the vendor alone. What even somebody who knows how all else will be posted is right in.
    """
    amounts = np.array([row.example.amount for row in rows], dtype=np.int64)
    near, size = (amount_steps(amounts, ratio).tolist() for ratio in (1.25, 2.0))
    ways = [
        [
            (one.vendor, one.text, one.date.year, one.amount),
            (one.vendor, one.text, one.date.year, near[at]),
            (one.vendor, one.text, one.document[:4], near[at]),
            (one.vendor, one.text, one.date.year, size[at]),
            (one.vendor, one.text, one.amount),
            (one.vendor, one.text),
            (one.vendor,),
        ]
        for at, one in enumerate(row.example for row in rows)
    ]
    groups: dict[tuple[int, tuple[object, ...]], Counter[str]] = defaultdict(Counter)
    for keys, row in zip(ways, rows, strict=True):
        for key in enumerate(keys):
            groups[key][row.label] += 1
    right = 0
    for keys, row in zip(ways[start:], rows[start:], strict=True):
        group = next((groups[key] for key in enumerate(keys) if groups[key].total() > 1), Counter[str]())
        others = group - Counter([row.label])
        right += bool(others) and others.most_common(1)[0][0] == row.label
    return right / (len(rows) - start)


def _look(example: Example) -> tuple[object, ...]:
    return example.vendor, example.amount, example.text


def _cold_start(sets: Sequence[Postings], starts: int = 50) -> None:
    """A company from its first line on, by the lines it had learned; its network is tuned anew at each stage."""
    print(
        f"\ncold start from {starts} dates a set, by lines learned: top-1, coverage@.8, precision@.8 (95 % interval),"
    )
    print("  (its 95 % interval), their means over the sets, share of labels that the vendor had been posted to before")
    stages: dict[tuple[int, int], dict[str, list[Counts]]] = {pair: defaultdict(list) for pair in pairwise(STAGES)}
    for one in sets:
        for first in np.linspace(0, max(len(one.rows) - STAGES[-1], 0), starts).astype(int):
            for stage, counts in _window([row.example for row in one.rows[first : first + STAGES[-1]]]):
                stages[stage][one.name].append(counts)
    chance = np.random.default_rng(1)
    for (begin, end), by_set in stages.items():
        table = np.array([counts for found in by_set.values() for counts in found])
        lines, right, certain, precise, known = table.sum(axis=0)
        drawn = [table[chance.integers(0, len(table), len(table))].sum(axis=0) for _ in range(500)]
        low, high = np.nanquantile([part[3] / part[2] if part[2] else np.nan for part in drawn], [0.025, 0.975])
        means = np.array([np.array(found).sum(axis=0) for found in by_set.values()])
        coverage = (means[:, 2] / means[:, 0]).mean()
        precision = np.nanmean(np.where(means[:, 2] > 0, means[:, 3] / np.maximum(means[:, 2], 1), np.nan))
        print(
            f"  {begin:>4}-{end:<4} {right / lines:.3f} {certain / lines:.3f}"
            f" {precise / max(certain, 1):.3f} ({low:.3f} to {high:.3f})"
            f"   mean {coverage:.3f} {precision:.3f}   known {known / lines:.3f}"
        )


def _window(examples: Sequence[Example]) -> Iterable[tuple[tuple[int, int], Counts]]:
    """Counts of each stage: lines, right, certain, certainly right, posted before with the vendor."""
    memory = Memory((ACCOUNT,))
    memory.learn(examples)
    before = days_before(memory)
    nothing = np.zeros(len(memory), dtype=np.uint64)
    past = replay(memory, examples, ACCOUNT, 0, before, nothing)
    answers = memory.answers[ACCOUNT]
    _, days = np.unique(memory.lines.day, return_inverse=True)
    seen: dict[tuple[int, int], int] = {}
    pairs = list(zip(memory.lines.vendor.tolist(), answers.tolist(), strict=True))
    first = np.array([seen.setdefault(pair, row) for row, pair in enumerate(pairs)])
    known = first < before
    for begin, end in pairwise(STAGES):
        rows = np.flatnonzero((before >= begin) & (before < end))
        if not len(rows):
            continue
        taught = past.part(slice(0, int(before[rows[0]] * (1 - TEST_SHARE))))
        judge = own_judge(ACCOUNT, taught.features, taught.present, taught.answer)
        asked = past.part(rows)
        label, confidence = best(judge.probabilities(asked.features, asked.present), asked.candidates)
        right = label == answers[rows]
        certain = (confidence >= CERTAIN) & (before[rows] >= FEWEST_LEARNED) & (days[rows] >= FEWEST_DAYS)
        yield (
            (begin, end),
            (len(rows), int(right.sum()), int(certain.sum()), int((right & certain).sum()), int(known[rows].sum())),
        )


def _vat() -> None:
    """VAT codes on generated books, the percentage known."""
    reports = [train(generated(20_000 + seed, 3000), (ACCOUNT, VAT)).report for seed in range(8)]
    vat = [one for report in reports for one in report.targets if one.target == VAT and one.accuracy is not None]
    tested = sum(one.lines_tested for one in vat)
    certain = sum((one.share_certain or 0) * one.lines_tested for one in vat)
    precise = sum((one.share_certain or 0) * one.lines_tested * (one.precision_certain or 0) for one in vat)
    print(
        f"\nVAT code on GENERATED books: coverage@.8 {certain / tested:.3f} (goal .90),"
        f" precision@.8 {precise / certain:.4f} (goal .99)"
    )


def _speed() -> None:
    """Times and sizes on generated books, beside the limits."""
    print("\nspeed on generated books, in seconds of processor time (OMP_NUM_THREADS=1 keeps it to one core)")
    for lines, limit in ((10_000, 1.0), (40_000, 5.0)):
        examples = generated(30_000, lines)
        began = time.process_time()
        model = train(examples, (ACCOUNT,)).model
        print(f"  training {len(examples)} lines: {time.process_time() - began:.2f} s (limit {limit} s)")
        if lines == 10_000:
            _speed_of(model, examples)
    largest = subprocess.run([sys.executable, "-c", _TRAIN_ALONE], check=True, capture_output=True, text=True)
    print(f"  memory of a process that trains 40,000 lines: {int(largest.stdout) / 1024:.0f} MB (limit 300)")


def _speed_of(model: Model, examples: Sequence[Example]) -> None:
    stored = model.to_bytes()
    began = time.process_time()
    model = Model.from_bytes(stored)
    loading = time.process_time() - began
    began = time.process_time()
    model.predict(ACCOUNT, examples[-1])
    first = time.process_time() - began
    began = time.process_time()
    for example in examples[-200:]:
        model.predict(ACCOUNT, example)
    single = (time.process_time() - began) / 200
    print(
        f"  artifact {len(stored) / 1e6:.2f} MB (limit 1), loading {loading * 1000:.0f} ms (limit 30),"
        f" first prediction {first * 1000:.0f} ms"
    )
    print(f"  predicting one line {single * 1000:.2f} ms (limit 1)")


if __name__ == "__main__":
    main()
