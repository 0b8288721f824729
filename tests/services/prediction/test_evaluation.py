"""Measuring on a file: the protocol, the figures and the command."""

import csv
import gzip
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate import evaluate_command
from services.prediction.evaluation import FileError, evaluate, figures, figures_of, read_rows


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["date", "document", "vendor", "amount", "text", "account", "dimension"])
    writer.writeheader()
    writer.writerows(rows)
    content = out.getvalue().encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def postings(many: int = 400, per_day: int = 4) -> list[dict[str, str]]:
    return [
        {
            "date": (date(2024, 1, 1) + timedelta(days=n // per_day)).isoformat(),
            "document": f"D{n}",
            "vendor": f"Vendor {n % 11} Oy",
            "amount": f"{10 + n % 11}.50",
            "text": "",
            "account": f"Account {n % 11}",
            "dimension": "" if n % 2 else f"Place {n % 11}",
        }
        for n in range(many)
    ]


@pytest.mark.parametrize("name", ["books.csv", "books.csv.gz"])
def test_every_row_from_the_cut_on_is_an_outcome(tmp_path, name):
    outcomes = evaluate(read_rows(write(tmp_path / name, postings()), "account"), "account", "next-day")
    assert [one.row for one in outcomes] == list(range(320, 400))
    assert figures(outcomes).top1 == 1.0


def test_rows_without_label_or_vendor_are_left_out_and_keep_their_numbers(tmp_path):
    rows = postings()
    rows[390]["vendor"] = " "
    outcomes = evaluate(read_rows(write(tmp_path / "a.csv", rows), "dimension"), "dimension", "next-day")
    assert all(one.row % 2 == 0 and one.row != 390 for one in outcomes)
    assert outcomes[-1].row == 398


def test_static_learns_nothing_after_the_cut_and_next_day_does(tmp_path):
    rows = postings(1200)
    for row in rows[970:]:
        row["account"] = "Changed " + row["account"]
    read = read_rows(write(tmp_path / "a.csv", rows), "account")
    static = evaluate(read, "account", "static")
    following = evaluate(read, "account", "next-day")
    assert not any(one.predicted.startswith("Changed") for one in static)
    assert any(one.predicted == one.label for one in following if one.label.startswith("Changed"))


def test_the_account_of_a_test_row_is_not_shown_to_its_dimension(tmp_path):
    """The dimension follows the account alone, and the account follows nothing: it cannot be known."""
    random = np.random.default_rng(3)
    rows = postings(600)
    for row in rows:
        number = int(random.integers(0, 4))
        row.update(vendor="One Oy", amount="10", document="", account=f"A{number}", dimension=f"P{number}")
    outcomes = evaluate(read_rows(write(tmp_path / "a.csv", rows), "dimension"), "dimension", "next-day")
    assert figures(outcomes).top1 < 0.5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("date,vendor,amount\n", "no column account"),
        ("", "no column"),
        ("date,vendor,amount,account\n2024-13-01,V,1,A\n", "data row 0"),
        ("date,vendor,amount,account\n2024-01-01,V,1,A\n2024-01-01,V,one,A\n", "data row 1"),
    ],
)
def test_a_file_of_another_form_is_named(tmp_path, content, said):
    path = tmp_path / "bad.csv"
    path.write_text(content)
    with pytest.raises(FileError, match=said):
        read_rows(path, "account")


def test_a_file_with_too_little_has_no_outcomes(tmp_path):
    rows = read_rows(write(tmp_path / "a.csv", postings(3)), "account")
    assert evaluate(rows, "account", "next-day") == []


@given(cents=st.integers(-(10**12), 10**12))
def test_amounts_are_read_to_the_cent(cents, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "amount.csv"
    path.write_text(f"date,vendor,amount,account\n2024-01-01,V,{Decimal(cents).scaleb(-2)},A\n")
    assert read_rows(path, "account")[0].example.amount == cents


def test_the_figures_of_a_known_case():
    right = np.array([True] * 19 + [False] + [True, False])
    found = figures_of(right, np.array([0.9] * 20 + [0.5, 0.5]))
    assert found.top1 == 20 / 22
    assert found.cov95 == 21 / 22
    assert found.coverage == 20 / 22
    assert found.precision == 0.95
    assert found.ece == pytest.approx(20 / 22 * 0.05)


def test_the_command_prints_json_and_writes_predictions(tmp_path):
    file, out = write(tmp_path / "a.csv", postings()), tmp_path / "out.csv"
    arguments = [str(file), "--label", "account", "--learn", "static", "--predictions", str(out), "--json"]
    result = CliRunner().invoke(evaluate_command, arguments)
    assert result.exit_code == 0
    said = json.loads(result.output)
    assert (said["label"], said["learn"], said["tested"], said["top1"]) == ("account", "static", 80, 1.0)
    with out.open(newline="") as lines:
        written = list(csv.DictReader(lines))
    assert [int(one["row"]) for one in written] == list(range(320, 400))
    assert all(one["label"] == one["predicted"] and 0 <= float(one["confidence"]) <= 1 for one in written)


def test_the_command_says_what_is_wrong_with_a_file(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n1,2\n")
    result = CliRunner().invoke(evaluate_command, [str(path), "--label", "account"])
    assert result.exit_code == 1
    assert "no column date, vendor, amount, account" in result.output
