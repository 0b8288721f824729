"""Training: what it learns, what it may know, what it reports."""

import dataclasses
import random
from datetime import date, timedelta

import pytest

from services.prediction import Example, train
from services.prediction.books import generated


def test_no_history_is_reported_as_such():
    trained = train([])
    assert trained.report.first_day is None
    assert trained.report.lines == 0
    assert [one.accuracy for one in trained.report.targets] == [None, None]
    assert not trained.model.predict("account", generated(1, 5)[0]).label


@pytest.mark.parametrize("many", [1, 5, 60])
def test_a_little_history_gives_a_model_but_no_figures(many):
    trained = train(generated(2, 200)[:many])
    assert trained.model.learned == many
    assert trained.report.targets[0].accuracy is None


def test_the_report_counts_and_measures():
    lines = generated(8, 2000)
    report = train(lines).report
    account, vat = report.targets
    assert (report.lines, report.first_day, report.last_day) == (len(lines), lines[0].date, lines[-1].date)
    assert report.months == len({(one.date.year, one.date.month) for one in lines})
    assert account.lines_tested >= len(lines) // 5
    assert account.accuracy is not None
    assert account.baseline_accuracy is not None
    assert account.accuracy > account.baseline_accuracy
    assert account.precision_certain is not None
    assert account.precision_certain > 0.9
    assert vat.labels == len({one.vat_code for one in lines if one.vat_code})


def test_training_twice_gives_the_same_bytes():
    lines = generated(4, 700)
    assert train(lines).model.to_bytes() == train(lines).model.to_bytes()


def test_the_order_in_which_days_are_given_does_not_matter():
    lines = generated(4, 300)
    days = sorted({one.date for one in lines})
    random.Random(1).shuffle(days)
    mixed = [one for day in days for one in lines if one.date == day]
    assert train(mixed).model.to_bytes() == train(lines).model.to_bytes()


def test_a_test_line_is_predicted_without_its_own_day():
    """Every line of the last day has a label of its own vendor's making: nothing could know it."""
    lines = generated(6, 400)
    last = lines[-1].date + timedelta(days=30)
    unseen = [dataclasses.replace(lines[0], date=last, account=f"new {n}") for n in range(200)]
    account = train([*lines, *unseen], ("account",)).report.targets[0]
    assert account.lines_tested == 200
    assert account.accuracy == 0.0
    assert account.baseline_accuracy == 0.0


def test_the_cut_lies_on_a_day_boundary():
    lines = [
        Example(date(2024, 1, 1) + timedelta(days=n // 30), f"A{n}", f"V{n % 7}", 100 * n, account=str(n % 7))
        for n in range(300)
    ]
    assert train(lines).report.targets[0].lines_tested % 30 == 0


def test_generated_books_are_the_same_for_a_seed_and_in_date_order():
    lines = generated(12, 500)
    assert lines == generated(12, 500)
    assert lines != generated(13, 500)
    assert [one.date for one in lines] == sorted(one.date for one in lines)
