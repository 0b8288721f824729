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
from services.prediction.evaluation import evaluate, figures, figures_of
from services.prediction.postings import FileError, read_rows


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
        ("date,vendor,amount,account\n2024-13-01,V,1,A\n", "data row 0: '2024-13-01' is no date"),
        ("date,vendor,amount,account\n31.2.2024,V,1,A\n", "is no date"),
        ("date,vendor,amount,account\n2024-01-01,V,Infinity,A\n", "is no amount"),
        ("date,vendor,amount,account\n2024-01-01,V,,A\n", "'' is no amount"),
        ("date,vendor,amount,account\n2024-01-01,V,1e30,A\n", "amount"),
        ("date,vendor,amount,account,account\n2024-01-01,V,1,A,B\n", "account more than once"),
        ("pvm,vendor,amount,account\n2024-01-01,V,1,A\n", "no column date. Its columns: pvm, vendor"),
        ("date,vendor,amount,account\n2024-01-01,V,1,A\n2024-01-01,V,one,A\n", "data row 1"),
    ],
)
def test_a_file_of_another_form_is_named(tmp_path, content, said):
    path = tmp_path / "bad.csv"
    path.write_text(content)
    with pytest.raises(FileError, match=said):
        read_rows(path, "account")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_an_export_of_any_office_program_is_read(tmp_path, encoding, delimiter):
    header = ["Amount", "VENDOR", "date ", "account", "extra"]
    newest = ['"1 234,56"', "Pörssi Oy", "31.1.2026", "4000", "x"]
    oldest = ['"-5,00"', "Äly Ab", "2026-01-30 00:00:00", "4001"]
    path = tmp_path / "export.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in (header, newest, oldest)).encode(encoding))
    rows = read_rows(path, "account")
    found = [(row.number, row.example.date, row.example.vendor, row.example.amount) for row in rows]
    assert found == [(1, date(2026, 1, 30), "Äly Ab", -500), (0, date(2026, 1, 31), "Pörssi Oy", 123456)]


@pytest.mark.parametrize(
    ("said", "cents"),
    [
        ("1234.5", 123450),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1.234.567", 123456700),
        ("1\u00a0234,56 €", 123456),
        ("\u22125,00", -500),
        ("5,00-", -500),
        ("+7", 700),
    ],
)
def test_amounts_are_read_as_people_write_them(tmp_path, said, cents):
    path = tmp_path / "a.csv"
    path.write_text(f"date;vendor;amount;account\n2024-01-01;V;{said};A\n", encoding="utf-8")
    assert read_rows(path, "account")[0].example.amount == cents


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


def test_the_command_cannot_be_asked_for_what_the_invoice_says(tmp_path):
    result = CliRunner().invoke(evaluate_command, [str(write(tmp_path / "a.csv", postings())), "--label", "Vendor"])
    assert result.exit_code == 1
    assert "choose account, dimension or vat_code" in result.output


def test_the_command_says_that_it_cannot_write(tmp_path):
    arguments = [str(write(tmp_path / "a.csv", postings(40))), "--label", "account", "--predictions"]
    result = CliRunner().invoke(evaluate_command, [*arguments, str(tmp_path / "nowhere" / "out.csv")])
    assert result.exit_code == 1
    assert "Cannot write" in result.output


def test_the_command_says_that_there_is_nothing_to_test(tmp_path):
    result = CliRunner().invoke(evaluate_command, [str(write(tmp_path / "a.csv", postings(3))), "--label", "account"])
    assert result.exit_code == 1
    assert "nothing to test on" in result.output


def test_the_command_says_what_is_wrong_with_a_file(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n1,2\n")
    result = CliRunner().invoke(evaluate_command, [str(path), "--label", "account"])
    assert result.exit_code == 1
    assert "no column date, vendor, amount, account" in result.output
