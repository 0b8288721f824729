"""Who may do what, in words: refusals that say who can."""

from __future__ import annotations

from handlers.ids import Callback
from handlers.locale import Locale
from handlers.views.elements import View, escape, modal, section
from services.access import Allowed, Right
from services.records import Client, Team


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
    teams = locale.list([escape(team_name(locale, team)) for team in allowed.teams])
    names = locale.list([escape(name) for name in allowed.admins])
    if teams and names:
        who = _("Members of {teams} can, and the app's admins: {names}.", teams=teams, names=names)
    elif teams:
        who = _("Members of {teams} can.", teams=teams)
    elif names:
        who = _("The app's admins can: {names}.", names=names)
    else:
        who = _("An admin of this Slack workspace can.")
    return f"{what} {who}"


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
