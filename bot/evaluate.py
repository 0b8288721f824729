"""`fabric-bot evaluate`: how well postings in a file can be predicted, for a firm to try on its own export."""

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import click

from services.prediction.evaluation import Outcome, evaluate, figures
from services.prediction.postings import FileError, read_rows


@click.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--label", required=True, help="The column to predict: account, dimension or vat_code.")
@click.option(
    "--learn",
    type=click.Choice(["static", "next-day"]),
    default="next-day",
    show_default=True,
    help="Learn nothing after the cut, or each day's postings the day after.",
)
@click.option(
    "--split",
    type=click.FloatRange(0.0, 1.0, min_open=True, max_open=True),
    default=0.8,
    show_default=True,
    help="The share of rows to learn from before the test begins.",
)
@click.option(
    "--predictions",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write every test row's prediction to this CSV file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def evaluate_command(
    file: Path,
    label: str,
    learn: Literal["static", "next-day"],
    split: float,
    predictions: Path | None,
    *,
    as_json: bool,
) -> None:
    """Learn from the older rows of FILE (CSV, may be gzipped) and predict the newer ones.

    Columns: date, document, vendor, amount, text, account, dimension and others; dates and amounts may be written the
    Finnish way, cells parted by commas, semicolons or tabs. The newest 50,000 rows with a vendor
    and the label count, whatever the retention.
    """
    label = label.strip().casefold()
    try:
        outcomes = evaluate(read_rows(file, label), label, learn, split)
    except FileError as error:
        raise click.ClickException(str(error)) from error
    if not outcomes:
        raise click.ClickException(
            "There is nothing to test on: too few rows have a vendor and this label, or all are of one date."
        )
    if predictions:
        try:
            _write(predictions, outcomes)
        except OSError as error:
            raise click.ClickException(f"Cannot write {predictions}: {error.strerror}") from error
    found = figures(outcomes)
    if as_json:
        click.echo(json.dumps({"file": file.name, "label": label, "learn": learn, "split": split, **asdict(found)}))
        return
    click.echo(f"{file.name}, {label}, {learn}: {found.tested} rows tested")
    click.echo(f"  right at first guess            {found.top1:.1%}")
    click.echo(f"  certain (confidence >= 80 %)    {found.coverage:.1%}")
    click.echo("  right among the certain         " + ("-" if found.precision is None else f"{found.precision:.1%}"))
    click.echo(f"  most rows at 95 % precision     {found.cov95:.1%}")
    click.echo(f"  calibration error (ECE)         {found.ece:.3f}")


def _write(path: Path, outcomes: list[Outcome]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("row", "label", "predicted", "confidence"))
        for one in outcomes:
            writer.writerow((one.row, one.label, one.predicted, f"{one.confidence:.6f}"))
