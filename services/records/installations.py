"""Where the app is installed, and what can be used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Installation:
    """The app in a Slack workspace that installed it by itself; `id` equals `workspace`.

    Of an organisation's installation in all its workspaces the team is empty, and `workspace` ends with a dot. The
    tokens are sealed; one that expires has a moment and a token that refreshes it. A removed one has none any more.
    """

    workspace: str
    id: str
    app_id: str
    bot_user_id: str
    scopes: str
    sealed_bot_token: str
    installed_by: str
    installed_at: datetime
    expires_at: datetime | None = None
    sealed_refresh_token: str | None = None
    removed_at: datetime | None = None


@dataclass(frozen=True)
class Ticket:
    """What can be used once, until it expires: a link to a form for a key, or the state of an installation under way.

    `id` is a hash; what opens it is known to nobody but the person who got it. `purpose` says what it is for,
    `reference` what it is about, `subject` the same in words, and `view_id` names the modal that waits for it.
    """

    workspace: str
    id: str
    purpose: str
    person: str
    expires_at: datetime
    reference: str = ""
    subject: str = ""
    view_id: str = ""
