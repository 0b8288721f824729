"""The page's own endpoints: static files, what it shows, and what a person does on it.

Actions take JSON by POST (a browser asks before another site may send that) and check what Netvisor would: that the
person logged in may do it. They answer 400 with a sentence when something is wrong with the request.
"""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from aiohttp import web

from sandbox.netvisor import page_data
from sandbox.netvisor.company import Access, ApprovalStatus, Company, Credential, Package, Role
from sandbox.netvisor.netvisor import Netvisor

_STATIC = Path(__file__).parent / "static"


class ActionError(ValueError):
    """An action that cannot be done, with a sentence for the person."""


class Form:
    """The fields of an action; each is checked when it is read. Raises ActionError."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """A text that must be there; it may be empty."""
        value = self._fields.get(name)
        if not isinstance(value, str):
            raise ActionError(f"{name} is missing")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._fields.get(name)
        if not isinstance(value, bool):
            raise ActionError(f"{name} is missing")
        return value

    def number(self, name: str) -> float:
        """A number that is neither negative nor past all sense."""
        value = self._fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise ActionError(f"{name} is not a number")
        return float(value)

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        values = self._fields.get(name)
        if not isinstance(values, list):
            raise ActionError(f"{name} is missing")
        return [str(value) for value in cast(list[object], values)]

    def day(self, name: str) -> date | None:
        """A date, or None where none was given."""
        return date.fromisoformat(self.text(name)) if self.has(name) else None

    def has(self, name: str) -> bool:
        """Whether a field was given with a value."""
        return self._fields.get(name) not in (None, "")


class Page:
    """Serves the page of a Netvisor; `slack_url` is where its link to Slack leads."""

    def __init__(self, netvisor: Netvisor, slack_url: str | None) -> None:
        self._netvisor = netvisor
        self._slack_url = slack_url
        self._actions: Mapping[str, Callable[[Form], object]] = {
            "create-credential": self._create_credential,
            "create-training-credential": self._create_training_credential,
            "set-ledger-rights": self._set_ledger_rights,
            "set-role": self._set_role,
            "copy-user": self._copy_user,
            "remove-access": self._remove_access,
            "set-user-active": self._set_user_active,
            "add-generic-user": self._add_generic_user,
            "search-integration": self._search_integration,
            "set-resource": self._set_resource,
            "allow-group": self._allow_group,
            "add-circulation-list": self._add_circulation_list,
            "remove-circulation-list": self._remove_circulation_list,
            "rename-circulation-list": self._rename_circulation_list,
            "duplicate-circulation-list": self._duplicate_circulation_list,
            "receive-invoice": self._receive_invoice,
            "let-invoices-arrive": self._let_invoices_arrive,
            "handle-invoice": self._handle_invoice,
            "post-invoice": self._post_invoice,
            "add-many-companies": self._add_many_companies,
            "set-company": self._set_company,
            "set-history": self._set_history,
            "set-latency": self._set_latency,
            "set-clock": self._set_clock,
            "set-partner": self._set_partner,
            "set-switch": self._set_switch,
            "reset-switches": self._reset_switches,
            "add-fault": self._add_fault,
            "remove-fault": self._remove_fault,
            "clear-faults": self._clear_faults,
        }

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Put the page's addresses into a server's router."""
        router.add_get("/", self._index)
        router.add_static("/static", _STATIC)
        router.add_get("/page/overview", self._overview)
        router.add_get("/page/faults", self._faults)
        router.add_get("/page/company/{business_id}", self._company)
        router.add_get("/page/company/{business_id}/invoices", self._invoices)
        router.add_get("/page/company/{business_id}/invoices/{key:[0-9]+}", self._invoice)
        router.add_post("/page/{action}", self._act)

    async def _index(self, request: web.Request) -> web.FileResponse:
        del request
        return web.FileResponse(_STATIC / "index.html")

    async def _overview(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(page_data.overview(self._netvisor, self._slack_url))

    async def _faults(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(page_data.faults_data(self._netvisor))

    async def _company(self, request: web.Request) -> web.Response:
        return web.json_response(page_data.company_data(self._netvisor, self._named_company(request)))

    async def _invoices(self, request: web.Request) -> web.Response:
        page = request.query.get("page", "1")
        if not page.isdecimal():
            raise web.HTTPBadRequest
        company = self._named_company(request)
        return web.json_response(page_data.invoice_page(company, request.query.get("search", ""), int(page)))

    async def _invoice(self, request: web.Request) -> web.Response:
        company = self._named_company(request)
        invoice = company.invoices.get(int(request.match_info["key"]))
        if invoice is None:
            raise web.HTTPNotFound
        return web.json_response(page_data.invoice_data(company, invoice))

    async def _act(self, request: web.Request) -> web.Response:
        action = self._actions.get(request.match_info["action"])
        if action is None:
            raise web.HTTPNotFound
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            fields: Any = await request.json()
            if not isinstance(fields, dict):
                raise ActionError("a JSON object is expected")
            return web.json_response({"result": action(Form(cast(dict[str, object], fields)))})
        except KeyError as error:
            return web.json_response({"error": f"There is no {error}"}, status=400)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    def _named_company(self, request: web.Request) -> Company:
        company = self._netvisor.find_company(request.match_info["business_id"])
        if company is None:
            raise web.HTTPNotFound
        return company

    def _administered(self, form: Form) -> Company:
        """The company of an action that takes KH or TPK in it."""
        company = self._netvisor.company(form.text("company"))
        user = self._netvisor.user(form.text("as_user"))
        roles = company.access.get(user.key, Access()).roles
        if not user.active or not roles & {Role.USER_ADMINISTRATOR, Role.FIRM_MAIN_USER}:
            raise ActionError(f"{user.name} is neither KH nor TPK in {company.name}")
        return company

    # rights

    def _create_credential(self, form: Form) -> object:
        user = self._netvisor.user(form.text("as_user"))
        if not user.active:
            raise ActionError(f"{user.name} has been removed")
        return _shown_once(self._netvisor.create_credential(user.name))

    def _create_training_credential(self, form: Form) -> object:
        return _shown_once(self._netvisor.training_credential(form.text("as_user")))

    def _set_ledger_rights(self, form: Form) -> None:
        # only what was changed is sent, so that two quick changes do not undo each other
        self._netvisor.set_rights(
            form.text("user"),
            self._administered(form).business_id,
            posting=form.text("posting") if form.has("posting") else None,
            inspector=form.flag("inspector") if form.has("inspector") else None,
            approver=form.flag("approver") if form.has("approver") else None,
            circulation_setter=form.flag("circulation_setter") if form.has("circulation_setter") else None,
        )

    def _set_role(self, form: Form) -> None:
        company, user = self._administered(form), self._netvisor.user(form.text("user"))
        role = Role(form.text("role"))
        roles = company.access.get(user.key, Access()).roles
        changed = roles | {role} if form.flag("held") else roles - {role}
        self._netvisor.set_rights(user.name, company.business_id, roles=changed)

    def _copy_user(self, form: Form) -> None:
        company = self._administered(form)
        self._netvisor.copy_user(form.text("user"), company.business_id, form.texts("to"))

    def _remove_access(self, form: Form) -> None:
        self._netvisor.remove_access(form.text("user"), self._administered(form).business_id)

    def _set_user_active(self, form: Form) -> None:
        self._administered(form)
        self._netvisor.revoke_user(form.text("user"), active=form.flag("active"))

    def _add_generic_user(self, form: Form) -> object:
        del form
        return self._netvisor.add_generic_user().name

    # API resource rights

    def _search_integration(self, form: Form) -> bool:
        return self._netvisor.add_integration(self._administered(form).business_id, form.text("access_key"))

    def _set_resource(self, form: Form) -> None:
        company, resource = self._administered(form), form.text("resource")
        if form.flag("allowed"):
            self._netvisor.allow_resources(company.business_id, (), resources=[resource])
        else:
            self._netvisor.disallow_resources(company.business_id, (), resources=[resource])

    def _allow_group(self, form: Form) -> None:
        company, group = self._administered(form), form.text("group")
        if form.flag("allowed"):
            self._netvisor.allow_resources(company.business_id, [group])
        else:
            self._netvisor.disallow_resources(company.business_id, [group])

    # circulation lists, invoices, the company

    def _add_circulation_list(self, form: Form) -> None:
        verifiers = [name.strip() for name in form.text("verifiers").split(",") if name.strip()]
        self._netvisor.add_circulation_list(
            form.text("company"), form.text("name"), verifiers, form.text("approver").strip()
        )

    def _remove_circulation_list(self, form: Form) -> None:
        self._netvisor.remove_circulation_list(form.text("company"), int(form.number("key")))

    def _rename_circulation_list(self, form: Form) -> None:
        self._netvisor.rename_circulation_list(form.text("company"), int(form.number("key")), form.text("name"))

    def _duplicate_circulation_list(self, form: Form) -> None:
        self._netvisor.duplicate_circulation_list(form.text("company"), int(form.number("key")))

    def _receive_invoice(self, form: Form) -> int:
        return self._netvisor.receive_invoice(form.text("company")).key

    def _handle_invoice(self, form: Form) -> None:
        self._netvisor.handle_invoice(
            form.text("company"),
            int(form.number("key")),
            ApprovalStatus(form.text("status")),
            form.text("as_user"),
        )

    def _let_invoices_arrive(self, form: Form) -> None:
        self._netvisor.let_invoices_arrive(form.text("company"), form.number("minutes"))

    def _post_invoice(self, form: Form) -> None:
        """`accounts` are the lines' keys and account numbers, as in `1200001:4000,1200002:4110`."""
        pairs = [pair.partition(":") for pair in form.text("accounts").split(",")]
        if not all(account for _line, _, account in pairs):
            raise ValueError("a line has no account")
        self._netvisor.post_invoice(
            form.text("company"),
            int(form.number("key")),
            {int(line): int(account) for line, _, account in pairs},
            form.text("as_user"),
        )

    def _set_company(self, form: Form) -> None:
        company = self._administered(form)
        package = Package(form.text("package"))
        purchases, periods, vat = (form.day(f"{name}_lock") for name in ("purchase", "period", "vat"))
        company.package = package
        company.purchase_lock, company.period_lock, company.vat_lock = purchases, periods, vat

    def _add_many_companies(self, form: Form) -> int:
        del form
        return len(self._netvisor.add_many_companies())

    def _set_history(self, form: Form) -> None:
        self._netvisor.set_history(form.text("company"), shown=form.flag("shown"))

    # faults and switches

    def _set_latency(self, form: Form) -> None:
        self._netvisor.latency = form.number("seconds")

    def _set_clock(self, form: Form) -> None:
        self._netvisor.clock_error = form.number("minutes") * 60

    def _set_partner(self, form: Form) -> None:
        self._netvisor.partner_known = form.flag("known")

    def _set_switch(self, form: Form) -> None:
        self._netvisor.switches[form.text("name")] = form.text("value")

    def _reset_switches(self, form: Form) -> None:
        del form
        self._netvisor.switches.reset()

    def _add_fault(self, form: Form) -> int:
        return self._netvisor.faults.add(
            form.text("kind"),
            resource=form.text("resource") if form.has("resource") else None,
            business_id=form.text("business_id") if form.has("business_id") else None,
            times=int(form.number("times")) if form.has("times") else None,
            code=form.text("code") if form.has("code") else "TECHNICAL_ERROR",
            http_status=int(form.number("http_status")) if form.has("http_status") else None,
            seconds=form.number("seconds") if form.has("seconds") else 0.0,
            retry_after=int(form.number("retry_after")) if form.has("retry_after") else 30,
        ).id

    def _remove_fault(self, form: Form) -> None:
        self._netvisor.faults.remove(int(form.number("id")))

    def _clear_faults(self, form: Form) -> None:
        del form
        self._netvisor.faults.clear()


def _shown_once(made: Credential) -> dict[str, str]:
    return {"customer_id": made.customer_id, "customer_key": made.customer_key}
