"""The API over HTTP: from a request to a recorded answer, by way of checks, faults and resources."""

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.netvisor import authentication, xml
from sandbox.netvisor.catalogue import RESOURCES
from sandbox.netvisor.company import Company, Credential
from sandbox.netvisor.faults import Fault, FaultKind
from sandbox.netvisor.netvisor import Netvisor
from sandbox.netvisor.refusals import HTTP_STATUSES, Refusal
from sandbox.netvisor.resources import READS, WRITES, Call, Reply
from sandbox.netvisor.resources.circulation import check_setter_right
from sandbox.netvisor.resources.postings import check_posting_right
from sandbox.netvisor.state import Call as RecordedCall

LONGEST_ADDRESS = 2115
"""Characters that a request's address may have (sv getpurchaseinvoice)."""

_HTML_PAGE = "<!DOCTYPE html><html><head><title>Netvisor</title></head><body><h1>Palvelu ei vastaa</h1></body></html>"


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: str
    http_status: int
    body: str
    headers: dict[str, str]


class Api:
    """Serves `/api/<resource>.nv` for a Netvisor."""

    def __init__(self, netvisor: Netvisor) -> None:
        self._netvisor = netvisor

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call and record it. Whatever happens, the reply is Netvisor's, not a traceback."""
        netvisor = self._netvisor
        started = asyncio.get_running_loop().time()
        resource = request.match_info["resource"].lower().removesuffix(".nv")
        business_id = authentication.organisation_of(request.headers)
        body = await request.read()
        fault = netvisor.faults.take(resource, business_id)
        company = netvisor.find_company(business_id)
        overlapping = company is not None and company.calls_under_way > 0
        if company is not None:
            company.calls_under_way += 1
        try:
            if netvisor.latency or (fault and fault.seconds):
                await asyncio.sleep(netvisor.latency + (fault.seconds if fault else 0.0))
            answer = self._answer(request, resource, company, body, fault, overlapping)
        finally:
            if company is not None:
                company.calls_under_way -= 1
        call = RecordedCall(
            netvisor.now(),
            resource,
            dict(parse_qsl(_query(request), keep_blank_values=True)),
            business_id,
            answer.outcome,
            answer.http_status,
            asyncio.get_running_loop().time() - started,
        )
        netvisor.calls.append(call)
        return await _send(request, answer, fault)

    def _answer(
        self,
        request: web.Request,
        resource: str,
        company: Company | None,
        body: bytes,
        fault: Fault | None,
        overlapping: bool,
    ) -> _Answer:
        language = authentication.language_of(request.headers)
        if fault is not None and (answer := self._answer_of_fault(request, fault)):
            return answer
        try:
            reply = self._perform(request, resource, company, body, overlapping)
        except Refusal as refusal:
            if refusal.reason == "overlap":
                self._record_overlap(request, resource, refusal.code)
            return self._refused(request, refusal.code, refusal.message(language))
        return _Answer("OK", 200, xml.succeeded(reply.xml, self._netvisor.now()), dict(reply.headers))

    def _perform(
        self, request: web.Request, resource: str, company: Company | None, body: bytes, overlapping: bool
    ) -> Reply:
        netvisor, switches = self._netvisor, self._netvisor.switches
        address = f"{request.scheme}://{request.host}{request.raw_path}"
        if len(address) > LONGEST_ADDRESS:
            raise Refusal("INVALID_DATA_SIZE", "address_too_long", str(len(address)))
        credential = authentication.authenticate(netvisor, request.headers, address)
        business_id = authentication.organisation_of(request.headers)
        if company is None:
            raise Refusal(switches["unknown_organisation"], "organisation_unknown", business_id)
        if overlapping:
            raise Refusal(switches["overlapping_call"], "overlap")
        if credential.user_key not in company.access:
            raise Refusal(switches["user_without_company"], "no_company_access", business_id)
        if not company.package.has_api:
            raise Refusal(switches["package_without_api"], "package")
        if resource not in RESOURCES:
            raise Refusal("TECHNICAL_ERROR", "resource_unknown", f"{resource}.nv")
        if resource not in company.allowed_resources:
            raise Refusal(switches["resource_not_allowed"], "resource_not_allowed", f"{resource}.nv")
        served = (WRITES if request.method == "POST" else READS).get(resource)
        if served is None:
            raise Refusal("TECHNICAL_ERROR", "resource_not_served", f"{resource}.nv")
        call = self._call(request, company, credential, body)
        if request.method == "POST" and switches["access_checked"] == "before_body":
            (check_setter_right if resource == "purchaseinvoicecirculation" else check_posting_right)(call)
        return served(call)

    def _call(self, request: web.Request, company: Company, credential: Credential, body: bytes) -> Call:
        netvisor = self._netvisor
        return Call(
            company,
            netvisor.users[credential.user_key],
            netvisor.ledger_rights(credential, company),
            authentication.language_of(request.headers),
            {name.lower(): value for name, value in parse_qsl(_query(request), keep_blank_values=True)},
            body,
            netvisor.now(),
            netvisor.switches,
            netvisor.users,
            f"{request.scheme}://{request.host}/api",
        )

    def _refused(self, request: web.Request, code: str, message: str, http_status: int | None = None) -> _Answer:
        status = 200
        if authentication.wants_http_statuses(request.headers):
            wanted = self._netvisor.switches["http_status"]
            status = HTTP_STATUSES.get(code, 500) if wanted == "by_code" else int(wanted)
        return _Answer(
            code,
            status if http_status is None else http_status,
            xml.failed(code, message, self._netvisor.now()),
            {},
        )

    def _answer_of_fault(self, request: web.Request, fault: Fault) -> _Answer | None:
        language = authentication.language_of(request.headers)
        match fault.kind:
            case FaultKind.ERROR:
                message = Refusal(fault.code, "technical").message(language)
                return self._refused(request, fault.code, message, fault.http_status)
            case FaultKind.MAINTENANCE:
                code = self._netvisor.switches["maintenance_spelling"]
                message = Refusal(code, "maintenance").message(language)
                return self._refused(request, code, message, fault.http_status)
            case FaultKind.TOO_MANY_REQUESTS:
                return _Answer(fault.kind, 429, "Too Many Requests", {"Retry-After": str(fault.retry_after)})
            case FaultKind.HTML_PAGE:
                return _Answer(fault.kind, fault.http_status or 200, _HTML_PAGE, {})
            case FaultKind.RESET_BEFORE:
                return _Answer(fault.kind, 0, "", {})
            case _:
                return None

    def _record_overlap(self, request: web.Request, resource: str, code: str) -> None:
        self._netvisor.overlaps.append(
            RecordedCall(
                self._netvisor.now(),
                resource,
                dict(parse_qsl(_query(request), keep_blank_values=True)),
                authentication.organisation_of(request.headers),
                code,
                200,
                0.0,
            )
        )


def _query(request: web.Request) -> str:
    return request.raw_path.partition("?")[2]


async def _send(request: web.Request, answer: _Answer, fault: Fault | None) -> web.StreamResponse:
    kind = fault.kind if fault else None
    body = answer.body.encode()
    if kind is FaultKind.TRUNCATED:
        body = body[: len(body) // 2]
    elif kind is FaultKind.INVALID_XML:
        body = body.replace(b"</ResponseStatus>", b"</ResponseStatu>", 1)
    headers = {**answer.headers, "Content-Type": "text/html; charset=utf-8"}
    if kind in (FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER, FaultKind.RESET_MIDDLE):
        response = web.StreamResponse(status=200, headers={**headers, "Content-Length": str(len(body))})
        if kind is FaultKind.RESET_MIDDLE:
            await response.prepare(request)
            await response.write(body[: len(body) // 2])
        if request.transport is not None:
            request.transport.abort()
        return response
    return web.Response(status=answer.http_status, body=body, headers=headers)
