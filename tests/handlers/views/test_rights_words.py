"""Every code that the rights check can give has a sentence of its own."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import pytest

import services.findings
import services.rights
from handlers.locale import LANGUAGES, Locale
from handlers.views.checklist import REPAIRS as REPAIRS_OF_RIGHTS
from handlers.views.checklist import item_option
from handlers.views.evidence import evidence_text, history_quality
from handlers.views.repairs import NEEDS_ACCESS_KEY, plain_repair_text, repair_of, repair_text
from handlers.views.resources import plain_resource_names
from handlers.views.rights import silence
from handlers.views.words import check_name
from services.findings import CHECK_IDS, UNPROVEN, Finding
from services.netvisor import NetvisorError, Refused
from services.records import Verdict
from services.ticks import RIGHTS, SETTINGS
from tests.handlers.views.clients import ACCESS_KEY
from tests.handlers.views.rights_examples import DETAILS

NEVER_PUT_IN_WORDS = {"not_reached", "no_invoice", "action_absent", "no_read_shows"}
"""Nothing was seen: what was not reached is not shown, and what no reading shows is asked of a person instead."""


def constants(node: ast.AST) -> Iterator[str]:
    """Yield the strings that an expression may come to: of a conditional one both, and not what it asks."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from constants(body)
            yield from constants(orelse)
        case _:
            pass


def codes(name: str, position: int) -> set[str]:
    """Return what the module hands to `Finding` at a position, directly or by way of a variable of that name."""
    found: set[str] = set()
    sources = (inspect.getsource(module) for module in (services.rights, services.findings))
    for node in ast.walk(ast.parse("\n".join(sources).replace("from __future__ import annotations", ""))):
        match node:
            case ast.Call(func=ast.Name(id="Finding"), args=args):
                found.update(constants(args[position]) if len(args) > position else ())
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                found.update(constants(value))
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for target, value in zip(targets, values, strict=True):
                    if isinstance(target, ast.Name) and target.id == name:
                        found.update(constants(value))
            case _:
                pass
    return found


EVIDENCE = codes("evidence", 2)
REPAIRS = codes("repair", 3)


@pytest.fixture(params=list(LANGUAGES))
def locale(request: pytest.FixtureRequest) -> Locale:
    """Each language."""
    return Locale(str(request.param))


def test_the_codes_are_found() -> None:
    assert {
        "rejected",
        "signature_rejected",
        "partner_unknown",
        "only_refusals",
        "lists_alike",
        "no_invoice",
    } < EVIDENCE
    assert {"operator_partner", "credentials_again", "allow_resources", "rename_lists"} < REPAIRS
    assert EVIDENCE > NEVER_PUT_IN_WORDS


def test_every_evidence_has_its_own_sentence(locale: Locale) -> None:
    def sentence(code: str) -> str:
        return evidence_text(locale, Finding("credentials", Verdict.CONFIRMED, code, details=DETAILS))

    fallback = sentence("a code of tomorrow")
    sentences = {code: sentence(code) for code in EVIDENCE}
    own = [text for code, text in sentences.items() if code not in NEVER_PUT_IN_WORDS]
    assert fallback not in own
    assert len(set(own)) == len(own)
    assert {sentences[code] for code in NEVER_PUT_IN_WORDS} == {fallback}


def test_every_repair_says_what_to_do_and_who_can(locale: Locale) -> None:
    sentences = [repair_text(locale, code, ACCESS_KEY) for code in REPAIRS]
    assert len(set(sentences)) == len(sentences)
    for code, text in zip(REPAIRS, sentences, strict=True):
        what, who = text.rsplit("\n", 1)
        assert what.startswith(f"*{locale.gettext('Repair')}:* ")
        assert who.startswith(f"*{locale.gettext('Who')}:* ")
        assert (f"```{ACCESS_KEY}```" in what) == (code in NEEDS_ACCESS_KEY)
        plain = plain_repair_text(locale, code, ACCESS_KEY)
        assert not {"*", "`", "&"} & set(plain)
        assert (ACCESS_KEY in plain) == (code in NEEDS_ACCESS_KEY)


def test_every_right_of_the_checklist_has_its_repair(locale: Locale) -> None:
    assert set(REPAIRS_OF_RIGHTS) == set(RIGHTS)
    assert set(REPAIRS_OF_RIGHTS.values()) <= REPAIRS
    assert len({repair_of(locale, code, ACCESS_KEY).what for code in REPAIRS_OF_RIGHTS.values()}) == len(RIGHTS)


def test_every_item_of_the_checklist_has_its_words(locale: Locale) -> None:
    items = {item for settings in SETTINGS.values() for item in settings} | set(RIGHTS)
    options = [item_option(locale, item) for item in items]
    assert len({choice["text"]["text"] for choice in options}) == len(items)
    assert max(len(choice["text"]["text"]) for choice in options) <= 75
    assert max(len(choice.get("description", {"text": ""})["text"]) for choice in options) <= 75


def test_every_unproven_resource_has_its_words(locale: Locale) -> None:
    for resource in (name for group in UNPROVEN.values() for name in group):
        assert plain_resource_names(locale, [resource]) != resource


def test_netvisors_words_are_quoted_and_cannot_mention_anybody(locale: Locale) -> None:
    details = {**DETAILS, "code": "SERVICE_ACCESS_ERROR", "detail": "<!channel> & muuta"}
    text = evidence_text(locale, Finding("company", Verdict.DENIED, "all_refused", details=details))
    assert "SERVICE_ACCESS_ERROR &lt;!channel&gt; &amp; muuta" in text


def test_every_check_has_its_own_name(locale: Locale) -> None:
    assert len({check_name(locale, check_id) for check_id in CHECK_IDS}) == len(CHECK_IDS)


def silent_errors(kind: type[NetvisorError] = NetvisorError) -> Iterator[type[NetvisorError]]:
    """Yield every kind of error after which Netvisor is asked again later: all but its refusals."""
    for below in kind.__subclasses__():
        if below is not Refused:
            yield below
            yield from silent_errors(below)


def test_every_silence_of_netvisor_has_its_reason(locale: Locale) -> None:
    reasons = {error.default_code: silence(locale, error.default_code) for error in silent_errors()}
    assert len(reasons) >= 6
    assert len(set(reasons.values())) == len(reasons)
    assert "HTTP_503" in silence(locale, "HTTP_503")


@pytest.mark.parametrize(("months", "step"), [(0, 0), (1, 1), (3, 1), (4, 2), (12, 2), (13, 3), (36, 3)])
def test_history_is_judged_by_the_vendors_steps(months: int, step: int, locale: Locale) -> None:
    steps = [history_quality(locale, first) for first in (0, 1, 4, 13)]
    assert len(set(steps)) == 4
    assert history_quality(locale, months) == steps[step]
