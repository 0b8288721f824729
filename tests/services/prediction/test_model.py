"""What a company's model predicts, how sure it is, and what it keeps."""

import dataclasses
import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.prediction import ArtifactError, Example, Model, train
from services.prediction.books import generated
from services.prediction.levels import GROUNDS


def line(day: int, **said: object) -> Example:
    example = Example(
        date=date(2024, 1, 1) + timedelta(days=day), document=f"A{1000 + day}", vendor="Kalo Oy", amount=12_400
    )
    return dataclasses.replace(example, **said)


def taught(*lines: Example, targets: tuple[str, ...] = ("account", "vat")) -> Model:
    model = Model(targets)
    model.learn(*lines)
    return model


def busy(many: int = 60) -> list[Example]:
    """Other vendors' lines, so that a company is more than one vendor."""
    return [
        line(n, vendor=f"Vendor {n % 9} Oy", amount=5_000 + 777 * n, account=str(4000 + n % 9)) for n in range(many)
    ]


def test_an_empty_model_abstains():
    prediction = Model().predict("account", line(1))
    assert (prediction.label, prediction.confidence, prediction.certain) == ("", 0.0, False)
    assert prediction.reason.ground == "nothing"


def test_a_vendor_always_posted_alike_becomes_certain():
    model = taught(*busy(), *(line(7 * n, account="4110") for n in range(14)))
    prediction = model.predict("account", line(99))
    assert prediction.label == "4110"
    assert prediction.certain
    assert prediction.reason.agreeing == 14
    assert prediction.reason.in_a_row == 14
    assert prediction.reason.last_seen == date(2024, 1, 1) + timedelta(days=91)
    assert prediction.reason.amount_usual is True


def test_nothing_is_certain_before_the_twentieth_line():
    lines = [line(n, account="4110") for n in range(20)]
    assert taught(*lines[:-1]).predict("account", line(99)).confidence < 0.8
    assert taught(*lines).predict("account", line(99)).certain


def test_an_unknown_vendor_is_never_certain():
    prediction = taught(*busy()).predict("account", line(99, vendor="Never Seen Tmi", amount=1))
    assert not prediction.certain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"text": "Diesel fuel"}, {"text": "Coffee and buns"}),
        ({"amount": 9_900}, {"amount": 250_000}),
        ({"document": "RENT-000123"}, {"document": "77123456"}),
        ({"product_code": "A-1"}, {"product_code": "B-2"}),
    ],
)
def test_what_tells_a_vendors_lines_apart_decides(one, other):
    lines = [
        line(n, account=account, **said) for n in range(0, 40, 2) for account, said in (("4110", one), ("4220", other))
    ]
    model = taught(*busy(), *lines)
    assert model.predict("account", line(99, **one)).label == "4110"
    assert model.predict("account", line(99, **other)).label == "4220"


def test_the_newest_practice_wins_over_the_old_one():
    lines = [line(n, account="4110" if n < 30 else "4300") for n in range(40)]
    assert taught(*busy(), *lines).predict("account", line(99)).label == "4300"


def test_a_reason_counts_how_many_of_the_newest_were_posted_so():
    lines = [line(n, account="4300" if n == 20 else "4110") for n in range(30)]
    reason = taught(*busy(), *lines).predict("account", line(99)).reason
    assert reason.ground.startswith("vendor")
    assert (reason.seen - reason.agreeing, reason.in_a_row) == (1, 9)


def test_a_reason_claims_no_more_than_was_alike():
    """Words put "vendor_text" as "with this text" and "vendor_amount" as "with this amount"."""
    lines = [line(n, text=f"Diesel fuel {100 + n}", amount=10_000 + 611 * n, account="4110") for n in range(14)]
    others = [line(n, text=f"Coffee {n}", amount=900_000 + 977 * n, account="4220") for n in range(14)]
    model = taught(*busy(), *lines, *others)
    said = model.predict("account", line(99, text="Diesel fuel 999", amount=13_333)).reason.ground
    assert said not in ("vendor_text", "vendor_amount", "text")
    stranger = model.predict(
        "account", line(99, vendor="Kalo Kauppa Ky", text="", amount=77, document="")
    ).reason.ground
    assert not stranger.startswith("vendor")


def test_an_account_that_gives_way_to_another_does_so_for_every_vendor():
    """From day 40 on every vendor that still sells is posted to the new account; one has not sold since."""
    lines = [
        line(day, vendor=f"Vendor {n} Oy", amount=1000 + 37 * day + n, account="4110" if day < 40 else "5110")
        for day in range(50)
        for n in range(12)
        if day < 40 or n > 3
    ]
    said = taught(*lines).predict("account", line(60, vendor="Vendor 1 Oy", amount=1234))
    assert "5110" in (said.label, *(label for label, _ in said.alternatives))


def test_vat_codes_are_compared_within_one_percentage():
    lines = [
        line(n, account="4110", vat_percent=percent, vat_code=code)
        for n in range(20)
        for percent, code in (("25.5", "KOOS"), ("0", "EUOS"))
    ]
    model = taught(*lines)
    assert model.predict("vat", line(99, vat_percent="25.5")).label == "KOOS"
    assert model.predict("vat", line(99, vat_percent="0")).label == "EUOS"
    assert model.predict("vat", line(99, vat_percent="14")).confidence < 0.8


def test_a_dimension_printed_on_the_invoice_is_found():
    places = ["110 Helsinki", "120 Tampere", "130 Oulu", "140 Turku"]
    lines = [
        line(n, amount=1000 + 37 * n, reference=f"order {place}", account="4110", dimensions={"place": place})
        for n in range(30)
        for place in places
    ]
    model = taught(*lines, targets=("account", "dimension:place"))
    prediction = model.predict("dimension:place", line(99, vendor="New Vendor Ky", reference="your ref: 130"))
    assert prediction.label == "130 Oulu"
    assert prediction.reason.literal == "130 Oulu"


def test_learning_line_by_line_or_all_at_once_is_the_same():
    lines = [dataclasses.replace(one, invoice=str(n)) for n, one in enumerate(generated(5, 150))]
    steps = Model()
    for one in lines:
        steps.learn(one)
    assert steps.to_bytes() == taught(*lines).to_bytes()


def test_an_invoice_is_less_certain_than_its_lines_but_not_as_if_they_were_strangers():
    model = taught(*busy(), *(line(n, account="4110", vat_percent="14", vat_code="KOOS") for n in range(20)))
    invoice = [line(99, vat_percent="14"), line(99, vat_percent="14", vendor="Never Seen Tmi")]
    found = model.predict_invoice(invoice)
    assert [set(one) for one in found.lines] == [{"account", "vat"}] * 2
    confidences = [p.confidence for one in found.lines for p in one.values()]
    assert math.prod(confidences) < found.confidence < min(confidences)
    assert Model().predict_invoice(invoice).confidence == 0.0


def test_nothing_is_certain_before_the_fifth_day():
    def of_days(many: int) -> Model:
        return taught(*(line(n % many, account="4110", amount=12_400 + n) for n in range(40)))

    assert of_days(4).predict("account", line(99)).confidence < 0.8
    assert of_days(5).predict("account", line(99)).certain


def test_many_lines_of_one_day_are_less_proof_than_of_many_days():
    one_day = taught(*busy(), *(line(50, amount=12_400 + n, account="4110") for n in range(12)))
    many_days = taught(*busy(), *(line(39 + n, amount=12_400 + n, account="4110") for n in range(12)))
    asked = line(70, amount=12_450)
    assert one_day.predict("account", asked).confidence < 0.9
    assert many_days.predict("account", asked).confidence > one_day.predict("account", asked).confidence


def test_a_reason_names_a_level_and_never_more_than_was_seen():
    lines = generated(3, 400)
    for prediction in train(lines).model.predict_lines("account", lines[-50:]):
        assert prediction.reason.ground in (*GROUNDS, "nothing")
        assert prediction.reason.in_a_row <= prediction.reason.agreeing <= prediction.reason.seen
        assert 0.0 <= prediction.confidence <= 1.0
        chances = [prediction.confidence, *(chance for _, chance in prediction.alternatives)]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) <= 1.0 + 1e-6


@pytest.mark.parametrize("target", ["", "accounts", "dimension:"])
def test_a_target_of_another_form_is_refused(target):
    with pytest.raises(ValueError, match="unknown target"):
        Model((target,))


def test_an_artifact_predicts_as_the_model_did():
    lines = generated(7, 600)
    model = train(lines, ("account", "vat", "dimension:place")).model
    again = Model.from_bytes(model.to_bytes())
    for target in model.targets:
        assert again.predict_lines(target, lines[-40:]) == model.predict_lines(target, lines[-40:])
    again.learn(*lines[-5:])
    assert again.learned == model.learned + 5


def test_an_artifact_of_ten_thousand_lines_stays_under_a_megabyte():
    model = Model(("account", "vat", "dimension:place"))
    model.learn(*generated(11, 10_000))
    assert len(model.to_bytes()) < 1_000_000


def test_an_artifact_holds_no_text_of_an_invoice():
    data = taught(*busy(), line(1, vendor="Veryrarename Oy", text="secretword", account="4110")).to_bytes()
    assert b"eryraren" not in data
    assert b"secretword" not in data


ARTIFACT = taught(*busy()).to_bytes()


@settings(max_examples=60)
@given(place=st.integers(0, len(ARTIFACT) - 1), change=st.integers(1, 255))
def test_a_changed_byte_is_noticed(place, change):
    damaged = bytearray(ARTIFACT)
    damaged[place] ^= change
    with pytest.raises(ArtifactError):
        Model.from_bytes(bytes(damaged))


@given(end=st.integers(0, len(ARTIFACT) - 1))
def test_a_cut_off_artifact_is_noticed(end):
    with pytest.raises(ArtifactError):
        Model.from_bytes(ARTIFACT[:end])
