"""Who may do what, in words: refusals that say who can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.ids import Callback, Field
from handlers.locale import Locale
from handlers.views.elements import (
    MOST_OPTIONS,
    OWN_CHANNELS,
    Block,
    View,
    choice_input,
    context,
    escape,
    modal,
    option,
    plain,
    section,
)
from services.access import ADMINS, EVERYBODY, GIVEN, Allowed, Right, who_has
from services.records import Access, Client, Team


def right_name(locale: Locale, right: Right) -> str:
    """Return what a right lets a person do."""
    _ = locale.gettext
    return {
        Right.SEE: _("See a client"),
        Right.ADD: _("Add clients"),
        Right.HANDLE: _("Handle clients: checks, trainings, process, pausing, removing"),
        Right.REVIEW: _("Review invoices"),
        Right.RULES: _("Set rules"),
        Right.AUTOMATE: _("Switch on automatic posting"),
        Right.CREDENTIALS: _("Change API credentials"),
        Right.SETTINGS: _("Change who may do what"),
    }[right]


def team_name(locale: Locale, team: Team) -> str:
    """Return what a team is called: a user group's handle, a channel's name."""
    if not team.is_channel:
        return f"@{team.name or team.id}"
    return f"#{team.name}" if team.name else locale.gettext("the channel {channel}", channel=team.id)


def refusal(locale: Locale, right: Right, allowed: Allowed) -> str:
    """Return the sentence for somebody who may not do something, with who can."""
    _ = locale.gettext
    what = {
        Right.SEE: _("You cannot open this client: another team handles it."),
        Right.ADD: _("You cannot add clients."),
        Right.HANDLE: _("You cannot change this client."),
        Right.REVIEW: _("You cannot review this client's invoices."),
        Right.RULES: _("You cannot set rules for this client."),
        Right.AUTOMATE: _("You cannot change this client's automation."),
        Right.CREDENTIALS: _("You cannot change API credentials."),
        Right.SETTINGS: _("You cannot see or change the app's settings."),
    }[right]
    return f"{what} {who_can(locale, allowed)}"


def who_can(locale: Locale, allowed: Allowed) -> str:
    """Return the sentence that says who may do something."""
    _ = locale.gettext
    teams = locale.list([escape(team_name(locale, team)) for team in allowed.teams])
    names = locale.list([escape(name) for name in allowed.admins])
    if teams and names:
        return _("Members of {teams} can, and the app's admins: {names}.", teams=teams, names=names)
    if teams:
        return _("Members of {teams} can.", teams=teams)
    if names:
        return _("The app's admins can: {names}.", names=names)
    return _("An admin of this Slack workspace can.")


def client_gone(locale: Locale, client: Client | None = None) -> str:
    """Return the sentence for a button whose client is not there any more."""
    _ = locale.gettext
    if client:
        return _("{name} has been removed from Fabric, so nothing more is done with it.", name=escape(client.name))
    return _("This client is not there any more. `/fabric clients` lists those that are.")


def client_paused(locale: Locale, client: Client) -> str:
    """Return the sentence for a button that does nothing while its client is paused."""
    return locale.gettext(
        "{name} is paused: nothing is read, learnt or written until somebody resumes it.", name=escape(client.name)
    )


def notice(locale: Locale, sentence: str) -> View:
    """Return a modal that holds one sentence, where no other place can show it."""
    return modal(Callback.NOTICE, "Fabric", [section(sentence)], close=locale.gettext("Close"))


def access_form(locale: Locale, access: Access, teams: Sequence[Team], admins: Sequence[str]) -> View:
    """Return the modal in which an admin says who may do what; `admins` are those there are now, by name."""
    _ = locale.gettext
    known = {team.id: team for team in teams}
    names = locale.list([escape(name) for name in admins]) or "–"
    intro = _(
        "Everybody of this workspace may use Fabric except guests and people of other organisations. Who sees a "
        "client is said by its team, on the client's card."
    )
    people: dict[str, Any] = {"type": "multi_users_select", "placeholder": plain(_("Choose"))}
    if access.admins:
        people["initial_users"] = list(access.admins)
    blocks: list[Block] = [
        section(intro),
        section(_("Admins now: {names}. Admins and owners of this workspace always are.", names=names)),
        {**choice_input(Field.ADMINS, _("More admins of the app"), people), "optional": True},
    ]
    for right in GIVEN:
        who = who_has(access, right)
        chosen = next(
            (one for one in team_options(locale, teams) if one["value"] == who),
            option(team_name(locale, known.get(who) or Team(access.workspace, who)), who),
        )
        element = {"type": "external_select", "min_query_length": 0, "initial_option": chosen}
        blocks.append(choice_input(f"{Field.RIGHT}:{right}", right_name(locale, right), element))
    places: dict[str, Any] = {
        "type": "multi_conversations_select",
        "placeholder": plain(_("Choose")),
        "filter": OWN_CHANNELS,
    }
    if access.channels:
        places["initial_conversations"] = list(access.channels)
    label = _("Channels whose members are a team")
    hint = _("They can then be chosen above and on a client's card, like Slack's user groups.")
    blocks.append({**choice_input(Field.CHANNELS, label, places, hint=hint), "optional": True})
    options = [
        option(_("New clients are seen by the members of their channel only"), "new"),
        option(_("Change the clients that are there now in the same way"), "present"),
    ]
    boxes: dict[str, Any] = {"type": "checkboxes", "options": options}
    if access.by_channel:
        boxes["initial_options"] = options[:1]
    blocks.append({**choice_input(Field.BY_CHANNEL, _("Teams of clients"), boxes), "optional": True})
    unread = [team for team in teams if team.refusal]
    if unread:
        blocks.append(context(_unread(locale, unread)))
    return modal(Callback.ACCESS, _("Who may do what"), blocks, submit=_("Save"), close=_("Cancel"))


def _unread(locale: Locale, teams: Sequence[Team]) -> str:
    """Return which teams' members could not be read, and what mends that."""
    _ = locale.gettext
    shown = [escape(team_name(locale, team)) for team in teams[:10]]
    if any(team.refusal == "missing_scope" for team in teams):
        return ":warning: " + _(
            "The members of {teams} cannot be read: the app lacks a scope. Ask its operator to install it again with "
            "the optional scopes of its manifest. Until then only those count who were known.",
            teams=locale.list(shown),
        )
    return ":warning: " + _(
        "The members of {teams} cannot be read: invite the app to a private channel with “/invite @Fabric”, or choose "
        "another team. Until then only those count who were known.",
        teams=locale.list(shown),
    )


def team_options(locale: Locale, teams: Sequence[Team], words: str = "") -> list[dict[str, Any]]:
    """Return who a right can be given to, as far as it has the words in its name."""
    _ = locale.gettext
    pairs = [(_("Everybody of the workspace"), EVERYBODY), (_("Admins of the app"), ADMINS)]
    pairs += [(team_name(locale, team), team.id) for team in teams]
    folded = words.casefold()
    return [option(name, value) for name, value in pairs if folded in name.casefold()][:MOST_OPTIONS]
