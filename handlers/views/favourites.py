"""Choosing one's favourites, and whose else are shown during a holiday."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers.ids import Action, Callback, Field
from handlers.locale import Locale
from handlers.views.client_list import client_options
from handlers.views.elements import (
    Block,
    View,
    actions,
    button,
    choice_input,
    escape,
    modal,
    plain,
    section,
)
from services.facts import Substituted
from services.records import Client

MOST = 100
"""How many favourites a menu holds."""


def favourites_form(locale: Locale, clients: Sequence[Client], substituted: Sequence[Substituted]) -> View:
    """Return the modal in which favourites are chosen."""
    _ = locale.gettext
    element: dict[str, Any] = {
        "type": "multi_external_select",
        "min_query_length": 1,
        "placeholder": plain(_("Type a name or business id")),
    }
    if clients:
        element["initial_options"] = client_options(clients[:MOST])
    hint = _("They come first on your Home tab, those that need somebody at the top.")
    blocks: list[Block] = [
        {**choice_input(Field.FAVOURITES, _("My favourite clients"), element, hint=hint), "optional": True}
    ]
    for one in substituted:
        first, last = locale.date(one.substitution.first_day), locale.date(one.substitution.last_day)
        text = _("Favourites of {name} are shown {first}–{last}.", name=escape(one.name), first=first, last=last)
        end = button(_("End"), Action.END_SUBSTITUTION, one.substitution.colleague)
        blocks.append(section(text, block_id=f"of:{one.substitution.colleague}", accessory=end))
    blocks.append(actions(button(_("See a colleague's favourites"), Action.SUBSTITUTE)))
    return modal(Callback.FAVOURITES, _("My favourites"), blocks, submit=_("Save"), close=_("Cancel"))


def substitute_form(locale: Locale, today: date, until: date) -> View:
    """Return the modal in which a colleague and the days of their holiday are chosen."""
    _ = locale.gettext
    blocks = [
        section(_("During a colleague's holiday, their favourite clients are shown on your Home tab, too.")),
        choice_input(Field.COLLEAGUE, _("Colleague"), {"type": "users_select", "placeholder": plain(_("Choose"))}),
        choice_input(Field.FIRST_DAY, _("From"), {"type": "datepicker", "initial_date": today.isoformat()}),
        choice_input(Field.LAST_DAY, _("To"), {"type": "datepicker", "initial_date": until.isoformat()}),
    ]
    return modal(Callback.SUBSTITUTE, _("Substitute"), blocks, submit=_("Save"), close=_("Cancel"))
