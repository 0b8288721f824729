"""`/fabric notices`: how and when a person is told, and when a firm's channels get their morning message."""

from __future__ import annotations

from datetime import date, time

from handlers.dispatch import Listeners
from handlers.ids import Action, Callback, Field
from handlers.listener import listener
from handlers.request import Answer, Request, Services
from handlers.views.notices import both_times, notices_form
from services import jobs
from services.access import Right, may
from services.notice_choices import choice_of, morning_of, set_morning
from services.records import NoticeChoice, NoticeWay
from services.store import Unit


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.OPEN_NOTICES)(listener(services, open_notices))
    app.view(Callback.NOTICES)(listener(services, save))


def open_notices(request: Request, unit: Unit) -> Answer:
    """Show what a person has chosen; to those who may change the firm's settings also its morning."""
    workspace = request.workspace
    morning = morning_of(unit, workspace) if may(unit, request.person, Right.SETTINGS) else None
    return Answer(open=notices_form(request.locale, choice_of(unit, workspace, request.person.id), morning))


def save(request: Request, unit: Unit) -> Answer:
    """Keep what was chosen."""
    begins, ends = request.value(Field.QUIET_FROM) or "", request.value(Field.QUIET_UNTIL) or ""
    if bool(begins) != bool(ends):
        missing = Field.QUIET_UNTIL if begins else Field.QUIET_FROM
        return Answer(errors={missing: both_times(request.locale)})
    away = request.value(Field.AWAY_UNTIL)
    unit[NoticeChoice].put(
        NoticeChoice(
            request.workspace,
            request.person.id,
            NoticeWay(request.value(Field.WAY) or NoticeWay.DIRECT),
            begins,
            ends,
            "yes" if request.values(Field.HOLIDAYS) else "",
            date.fromisoformat(away) if away else None,
        )
    )
    morning = request.value(Field.MORNING)
    if morning and may(unit, request.person, Right.SETTINGS):
        set_morning(unit, request.workspace, time.fromisoformat(morning))
    jobs.enqueue(unit, request.workspace, "home", request.person.id, request.services.clock())
    return Answer()
