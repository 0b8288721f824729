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
from services.notice_choices import morning_of, present_choice, set_morning
from services.records import NoticeChoice, NoticeWay
from services.store import Unit
from services.telling import look_again


def register(app: Listeners, services: Services) -> None:
    """Register the conversation's listeners."""
    app.action(Action.OPEN_NOTICES)(listener(services, open_notices))
    app.view(Callback.NOTICES)(listener(services, save))


def open_notices(request: Request, unit: Unit) -> Answer:
    """Show what a person has chosen; to those who may change the firm's settings also its morning."""
    workspace = request.workspace
    morning = morning_of(unit, workspace) if may(unit, request.person, Right.SETTINGS) else None
    choice = present_choice(unit, workspace, request.person.id, request.services.clock())
    return Answer(open=notices_form(request.locale, choice, morning))


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
    now = request.services.clock()
    look_again(unit, request.workspace, request.person.id, now)
    jobs.enqueue(unit, request.workspace, "home", request.person.id, now)
    return Answer()
