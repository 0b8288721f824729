"""Nothing that the client models is lost: whatever a reply holds, in whatever case and spelling, is what is read."""

from __future__ import annotations

import base64
from collections.abc import Callable, Coroutine
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any, cast, get_args, get_origin
from xml.etree.ElementTree import Element, SubElement, tostring

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.netvisor import (
    AccessRightsSummary,
    AccountingPeriods,
    AccountList,
    CirculationList,
    Company,
    Deleted,
    Dimension,
    InvoiceListItem,
    PurchaseInvoice,
    Vendor,
    Voucher,
    VoucherType,
)
from services.netvisor.reading import At, Model
from tests.services.netvisor.spoken import Spoken

DAY = date(2026, 11, 23)
Ask = Callable[[Company, Any], Coroutine[Any, Any, Any]]

REPLIES: dict[type[Model], tuple[tuple[str, ...], Ask]] = {
    InvoiceListItem: (("PurchaseInvoiceList", "PurchaseInvoice"), lambda company, _: company.purchase_invoices()),
    PurchaseInvoice: (("PurchaseInvoice",), lambda company, invoice: company.purchase_invoice(invoice.key)),
    Voucher: (("Vouchers", "Voucher"), lambda company, voucher: company.voucher(voucher.key)),
    Deleted: (("DeletedVouchers", "DeletedVoucher"), lambda company, _: company.deleted_vouchers(DAY)),
    Vendor: (("Vendors", "Vendor"), lambda company, _: company.vendors()),
    AccountList: (("AccountList",), lambda company, _: company.accounts()),
    AccountingPeriods: (("AccountingPeriodList",), lambda company, _: company.accounting_periods()),
    VoucherType: (("VoucherTypeList", "VoucherTypes", "VoucherType"), lambda company, _: company.voucher_types()),
    Dimension: (("DimensionNameList", "DimensionName"), lambda company, _: company.dimensions()),
    CirculationList: (("CirculationLists", "CirculationList"), lambda company, _: company.circulation_lists()),
    AccessRightsSummary: ((), lambda company, _: company.access_rights_summary()),
}
"""For each thing that the client reads: where a reply holds it, and how it is asked for."""

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: words.map(str.strip).filter(lambda text: text not in ("", "-")),
    int: st.integers(0, 10**9),
    Decimal: st.decimals(-(10**9), 10**9, places=4),
    bool: st.booleans(),
    date: st.dates(date(1900, 1, 1), date(2999, 12, 31)),
    datetime: st.datetimes(datetime(1900, 1, 1), datetime(2999, 12, 31)).map(lambda time: time.replace(microsecond=0)),  # noqa: DTZ001 - Netvisor names no timezone
    bytes: st.binary(min_size=1, max_size=40),
}


def places(model: type[Model]) -> dict[str, tuple[Any, At]]:
    """Return the type and the place of each field that a reply holds."""
    return {
        name: (field.annotation, where)
        for name, field in model.model_fields.items()
        for where in field.metadata
        if isinstance(where, At)
    }


def anything(model: type[Model]) -> st.SearchStrategy[Any]:
    """Return values of a model; an element without anything in it stands for nothing, so each has something."""
    fields = {name: _value(kind, where) for name, (kind, where) in places(model).items()}
    inside = [name for name, (_, where) in places(model).items() if where.attribute is None]
    return st.builds(model, **fields).filter(lambda made: any(getattr(made, name) for name in inside))


def _value(annotation: Any, where: At) -> st.SearchStrategy[Any]:
    if where.pairs:
        return st.dictionaries(VALUES[str], VALUES[str], max_size=2)
    if get_origin(annotation) is tuple:
        return st.lists(anything(get_args(annotation)[0]), max_size=2).map(tuple)
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    kind = kinds[0] if kinds else annotation
    value = anything(kind) if issubclass(kind, Model) else VALUES[kind]
    if where.convert is str.lower:
        value = value.map(str.lower).filter(lambda text: text == text.lower())
    return st.none() | value if kinds else value


class Writer:
    """Writes a value as a reply of Netvisor, in one of the spellings that are known of it."""

    def __init__(self, data: st.DataObject) -> None:
        self._one_of: Callable[[Any], Any] = lambda options: data.draw(st.sampled_from(options))

    def write(self, value: Model, element: Element) -> None:
        for name, (_, where) in places(type(value)).items():
            self._put(element, where, getattr(value, name))

    def _put(self, element: Element, where: At, value: Any) -> None:
        if value is None:
            return
        if where.pairs:
            for pair in value.items():
                holder = self._new(element, where.path)
                for name, text in zip(where.pairs, pair, strict=True):
                    self._new(holder, (name,)).text = text
        elif isinstance(value, tuple):
            for each in cast("tuple[Model, ...]", value):
                self.write(each, self._new(element, where.path))
        elif isinstance(value, Model):
            self.write(value, self._new(element, where.path))
        elif where.attribute:
            holder = self._descend(element, where.path)
            holder.set(self._cased(where.attribute), self._spelt(value))
        else:
            self._descend(element, where.path).text = self._spelt(value)

    def _new(self, element: Element, path: tuple[str, ...]) -> Element:
        return SubElement(self._descend(element, path[:-1]), self._cased(path[-1]))

    def _descend(self, element: Element, path: tuple[str, ...]) -> Element:
        """Return the element at a path, which is there already where another field shares it."""
        for name in path:
            found = [child for child in element if child.tag.lower() == name.lower()]
            element = found[0] if found else self._new(element, (name,))
        return element

    def _cased(self, name: str) -> str:
        return self._one_of([name, name.lower(), name.upper()])

    def _spelt(self, value: Any) -> str:
        match value:
            case bool():
                return self._one_of(["True", "true", "1"] if value else ["False", "false", "0"])
            case Decimal():
                return self._one_of([f"{value:f}", f"{value:f}".replace(".", ",")])
            case datetime():
                return self._one_of([value.isoformat(), value.isoformat(" "), f"{value:%d.%m.%Y %H:%M:%S}"])
            case date():
                return self._one_of([value.isoformat(), f"{value.day}.{value.month}.{value.year}"])
            case bytes():
                return base64.encodebytes(value).decode()
            case _:
                return str(value)


@pytest.fixture(scope="module")
def netvisor() -> Spoken:
    return Spoken()


@pytest.mark.parametrize("model", REPLIES, ids=lambda model: model.__name__)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_what_stands_in_a_reply_is_what_is_read(netvisor: Spoken, data: st.DataObject, model: type[Model]) -> None:
    path, ask = REPLIES[model]
    meant = data.draw(anything(model))
    top = Element("Top")
    holder = top
    for name in path:
        holder = SubElement(holder, name)
    Writer(data).write(meant, holder)
    content = "".join(tostring(element, encoding="unicode") for element in top)
    read: Any = netvisor.hears(content, lambda company: ask(company, meant))
    assert read in (meant, [meant])
