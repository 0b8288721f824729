"""Why the app asks for each of Slack's scopes: the page that installs it, manifest.yml and the doctor say the same."""

from __future__ import annotations

from handlers.locale import Locale


def needed(locale: Locale) -> dict[str, str]:
    """Return the scopes that the app cannot do without, each with its reason."""
    _ = locale.gettext
    return {
        "commands": _("/fabric and the shortcuts"),
        "chat:write": _("messages about clients"),
        "chat:write.public": _("notices in a public channel without being invited"),
        "im:write": _("direct messages to the person who added a client"),
        "im:history": _("to answer direct messages"),
        "users:read": _("names, and who is a guest"),
        "files:read": _("the list of companies that a person gives to /fabric add-clients"),
        "files:write": _("its results as a CSV, when a person asks for it, charts, and pictures of invoices in review"),
        "app_mentions:read": _("to answer when mentioned"),
        "assistant:write": _("the agent view"),
    }


def optional(locale: Locale) -> dict[str, str]:
    """Return the scopes that a person may leave out when installing, each with its reason."""
    _ = locale.gettext
    return {
        "channels:history": _("only after a crash: to find a message again rather than post it twice"),
        "groups:history": _("the same in private channels"),
        "channels:read": _("only for lists that name channels, and where the members of a channel are a team"),
        "groups:read": _("the same for private channels"),
        "usergroups:read": _("only where clients or rights are given to user groups: to know who is in them"),
    }
