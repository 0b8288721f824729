"""The list of clients and a client's card, with ordinary contents and with the worst that can stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from handlers.locale import Locale
from handlers.views.client_card import bring_back_view, client_view, move_form, remove_form, removed_view
from handlers.views.client_list import client_list_view
from handlers.views.elements import View
from handlers.views.favourites import favourites_form, substitute_form
from services.access import Right
from services.client_list import PAGE, ClientDetails, ClientPage, Filter
from services.facts import ClientCard, ClientRow, Ended, HomePage, Step, Substituted
from services.home import MOST_FAVOURITES, MOST_NEEDING, MOST_OF_A_COLLEAGUE, MOST_SUBSTITUTED
from services.records import ClientState, Credential, Person, Run, RunState, Substitution, Team
from tests.handlers.views.clients import many
from tests.handlers.views.notice_examples import BUSY

AT = datetime(2026, 3, 12, 9, 5, tzinfo=UTC)
ENDS = (RunState.DEPLOYED, RunState.FAILED, RunState.CANCELLED, RunState.DEPLOYED, RunState.DEPLOYED)
TEAM = Team("T1", "S0PALKAT001", "palkat", AT)

AWAY = Substitution("T1", "U1:U2", "U0123456789", "U0123456790", AT.date(), AT.date())
SUBSTITUTED = [Substituted("Aino Admin", replace(AWAY, colleague=f"U012345679{index}")) for index in range(3)]


def homes(person: Person, run: Run, name: str) -> Iterator[tuple[str, HomePage]]:
    """Yield the name of each Home tab and what it shows."""
    steps = [Step(code, False) for code in ("credentials", "client", "colleagues", "language", "favourites")]
    steps.append(Step("channel", False, "C0123456789", "not_in_channel"))
    yield "home 0", HomePage(person, steps=tuple(steps))
    archived = Step("channel", False, "C0123456789", "is_archived")
    yield "home of who may not add", HomePage(person, steps=(archived,), may_add=False)
    (row,) = (ClientRow(one, 3, True) for one in many(1, name))
    done = tuple(replace(step, is_done=True, channel="") for step in steps[:4])
    yield (
        "home 1",
        HomePage(
            person,
            steps=(*done, steps[4]),
            favourites=(row,),
            all_favourites=1,
            all_clients=1,
            notices=BUSY,
        ),
    )
    rows = tuple(ClientRow(one, 5000, True) for one in many(100, name))
    ended = replace(run, finished_at=AT)
    yield (
        "home 5000",
        HomePage(
            person,
            steps=tuple(steps),
            favourites=rows[:MOST_FAVOURITES],
            all_favourites=5000,
            substituted=tuple(
                Substituted(name, replace(AWAY, colleague=f"U012345679{index}"), rows[:MOST_OF_A_COLLEAGUE], 5000, True)
                for index in range(MOST_SUBSTITUTED)
            ),
            needing=tuple(rows[50 : 50 + MOST_NEEDING]),
            all_needing=4000,
            all_clients=5000,
            trainings=tuple(
                Ended(one.client, replace(ended, state=state)) for one, state in zip(rows, ENDS, strict=False)
            ),
        ),
    )


def modals(name: str) -> Iterator[tuple[str, Callable[[Locale], View]]]:
    """Yield the name of each modal and how it is rendered."""
    some = many(len(ClientState), name)
    teams = tuple(replace(TEAM, id=f"S0PALKAT{index:03}", name="x" * 21) for index in range(300))
    for number in (0, 1, 5000):
        rows = tuple(ClientRow(one, 5000, True) for one in many(min(number, PAGE), name))
        wanted = Filter(words=name[:100] if number == 1 else "", number=1 if number > 1 else 0)
        page = ClientPage(rows, wanted, number, -(-number // PAGE) or 1, number, teams if number else ())
        yield f"clients {number}", lambda locale, page=page: client_list_view(locale, page)
    none = ClientPage((), Filter("zzz", needs=True, process="background", team=teams[0].id), 0, 1, 5, teams)
    yield "clients none found", lambda locale: client_list_view(locale, none)
    credential = Credential("T1", "c", "s", "s", "2F3A", "9C1D", "U0123456789", AT, label=name[:100])
    for client in some:
        details = ClientDetails(ClientCard(client), 5000, True, frozenset(Right), credential, TEAM, teams)
        yield f"client {client.state}", lambda locale, details=details: client_view(locale, details, "Saved.")
    bare = ClientDetails(ClientCard(some[0]), 0, False, frozenset({Right.SEE}))
    yield "client for a reader", lambda locale: client_view(locale, bare)
    yield "favourites", lambda locale: favourites_form(locale, many(200, name), SUBSTITUTED)
    yield "favourites none", lambda locale: favourites_form(locale, (), ())
    yield "substitute", lambda locale: substitute_form(locale, AT.date(), AT.date())
    yield "move", lambda locale: move_form(locale, some[0], TEAM)
    yield "move of everybody", lambda locale: move_form(locale, some[0], None)
    yield "remove", lambda locale: remove_form(locale, some[0])
    yield "bring back", lambda locale: bring_back_view(locale, some[-1])
    yield "removed", lambda locale: removed_view(locale, some[0])
