"""What the page shows, as plain data for JSON. API keys are in none of it."""

from datetime import date
from typing import Any

from sandbox.netvisor.catalogue import GROUPS
from sandbox.netvisor.company import Access, Company, Invoice, Package, PostingLevel, Role, Voucher
from sandbox.netvisor.faults import FaultKind
from sandbox.netvisor.netvisor import Netvisor
from sandbox.netvisor.refusals import CODES
from sandbox.netvisor.switches import CHOICES

Json = dict[str, Any]

_INVOICES_ON_PAGE = 50
_CALLS_SHOWN = 100


def overview(netvisor: Netvisor, slack_url: str | None) -> Json:
    """Companies, people and credentials: what the frame of the page and the credentials page need."""
    return {
        "slack_url": slack_url,
        "access_key": netvisor.access_key,
        "companies": [
            {"business_id": each.business_id, "name": each.name, "about": each.about, "is_firm": each.is_firm}
            for each in (netvisor.firm, *netvisor.companies)
        ],
        "users": [
            {"name": each.name, "email": each.email, "active": each.active, "roles": _roles(netvisor.firm, each.key)}
            for each in netvisor.users.values()
        ],
        "credentials": [
            {
                "customer_id": each.customer_id,
                "key_ends": each.customer_key[-4:],
                "user": netvisor.users[each.user_key].name,
                "active": netvisor.users[each.user_key].active,
                "created": each.created.isoformat(timespec="minutes"),
                "companies": [company.name for company in netvisor.companies if each.user_key in company.access],
            }
            for each in netvisor.credentials.values()
        ],
    }


def company_data(netvisor: Netvisor, company: Company) -> Json:
    """One company: rights of its people, API resources, circulation lists, registers."""
    return {
        "business_id": company.business_id,
        "name": company.name,
        "about": company.about,
        "is_firm": company.is_firm,
        "package": company.package,
        "has_api": company.package.has_api,
        "packages": list(Package),
        "purchase_lock": _day(company.purchase_lock),
        "period_lock": _day(company.period_lock),
        "vat_lock": _day(company.vat_lock),
        "history_shown": company.set_aside is None,
        "people": [
            {"name": user.name, "active": user.active, **_access(company.access.get(user.key))}
            for user in netvisor.users.values()
        ],
        "posting_levels": list(PostingLevel),
        "integration_added": company.integration_added,
        "groups": [
            {
                "id": group.id,
                "finnish": group.finnish,
                "english": group.english,
                "resources": [
                    {"name": name, "writes": name in group.writes, "allowed": name in company.allowed_resources}
                    for name in group.resources
                ],
            }
            for group in GROUPS
        ],
        "circulation_lists": [
            {
                "key": each.key,
                "name": each.name,
                "verifiers": list(each.verifiers),
                "approver": each.approver,
                "is_default": each.is_default,
            }
            for each in company.circulation_lists
        ],
        "dimensions": [{"name": each.name, "items": [item.name for item in each.items]} for each in company.dimensions],
        "arrivals": netvisor.arrivals.get(company.business_id, (0, 0))[0],
        "counts": {
            "invoices": len(company.invoices),
            "vouchers": len(company.vouchers),
            "accounts": len(company.accounts),
            "vendors": len(company.vendors),
        },
    }


def invoice_page(company: Company, search: str, page: int) -> Json:
    """One page of purchase invoices, the newest first; `search` matches supplier, number and status."""
    wanted = search.casefold().strip()
    found = [
        invoice
        for invoice in reversed(company.invoices.values())
        if wanted in f"{invoice.vendor.name} {invoice.number} {invoice.status}".casefold()
    ]
    start = max(0, page - 1) * _INVOICES_ON_PAGE
    return {
        "total": len(found),
        "pages": max(1, -(-len(found) // _INVOICES_ON_PAGE)),
        "invoices": [_invoice_row(invoice) for invoice in found[start : start + _INVOICES_ON_PAGE]],
    }


def invoice_data(company: Company, invoice: Invoice) -> Json:
    """One invoice with its lines, what was posted, and who did what."""
    voucher = company.vouchers.get(invoice.voucher_key) if invoice.voucher_key is not None else None
    return {
        **_invoice_row(invoice),
        "event_date": invoice.event_date.isoformat() if invoice.event_date else "",
        "reference": invoice.reference,
        "circulation": invoice.circulation.name if invoice.circulation else "",
        "lines": [
            {
                "key": line.key,
                "number": line.account_number,
                "description": line.description,
                "sum": line.sum,
                "vat": line.vat_tenths,
                "vat_code": line.vat_code,
                "account": _account_name(company, line.account_number),
                "dimensions": [f"{name}: {item}" for name, item in line.dimensions],
            }
            for line in invoice.lines
        ],
        "accounts": [_account_name(company, number) for number in sorted(company.accounts)],
        "voucher": _voucher(company, voucher) if voucher else None,
        "history": [
            {
                "heading": each.heading,
                "description": each.description,
                "time": each.time.isoformat(sep=" ", timespec="minutes"),
                "user": each.user_name,
            }
            for each in reversed(invoice.history)
        ],
    }


def faults_data(netvisor: Netvisor) -> Json:
    """The faults drawer: scripted faults, switches with their choices, latency, the newest calls."""
    return {
        "latency": netvisor.latency,
        "clock_minutes": netvisor.clock_error / 60,
        "partner_known": netvisor.partner_known,
        "kinds": list(FaultKind),
        "codes": list(CODES),
        "resources": [name for group in GROUPS for name in group.resources],
        "faults": [
            {
                "id": each.id,
                "kind": each.kind,
                "resource": each.resource or "",
                "business_id": each.business_id or "",
                "times": each.times,
                "code": each.code,
            }
            for each in netvisor.faults
        ],
        "switches": [
            {"name": name, "value": netvisor.switches[name], "choices": list(choices)}
            for name, choices in CHOICES.items()
        ],
        "overlaps": len(netvisor.overlaps),
        "calls": [
            {
                "time": each.time.strftime("%H:%M:%S"),
                "resource": each.resource,
                "parameters": "&".join(f"{name}={value[:60]}" for name, value in each.parameters.items()),
                "business_id": each.business_id,
                "outcome": each.outcome,
                "http_status": each.http_status,
                "milliseconds": round(each.seconds * 1000),
            }
            for each in reversed(netvisor.calls[-_CALLS_SHOWN:])
        ],
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _roles(company: Company, user_key: int) -> list[Role]:
    access = company.access.get(user_key)
    return sorted(access.roles) if access else []


def _access(access: Access | None) -> Json:
    held = access or Access()
    return {
        "has_access": access is not None,
        "roles": sorted(held.roles),
        "posting": held.ledger.posting,
        "inspector": held.ledger.inspector,
        "approver": held.ledger.approver,
        "circulation_setter": held.ledger.circulation_setter,
    }


def _invoice_row(invoice: Invoice) -> Json:
    return {
        "key": invoice.key,
        "number": invoice.number,
        "vendor": invoice.vendor.name,
        "date": invoice.day.isoformat(),
        "due": invoice.due.isoformat(),
        "amount": invoice.amount,
        "status": invoice.status,
        "paid": invoice.paid == invoice.amount,
        "posted": invoice.voucher_key is not None,
        "ready": invoice.ready_for_accounting,
    }


def _voucher(company: Company, voucher: Voucher) -> Json:
    return {
        "number": voucher.number,
        "date": voucher.day.isoformat(),
        "lines": [
            {
                "account": _account_name(company, line.account_number),
                "sum": line.sum,
                "vat": line.vat_tenths,
                "vat_code": line.vat_code,
                "dimensions": [f"{name}: {item}" for name, item in line.dimensions],
            }
            for line in voucher.lines
        ],
    }


def _account_name(company: Company, number: int | None) -> str:
    if number is None:
        return ""
    account = company.accounts.get(number)
    return f"{number} {account.name}" if account else str(number)
