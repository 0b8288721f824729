"""The modal with the link to the form for a key."""

from __future__ import annotations

from handlers.ids import Action, Callback
from handlers.locale import Locale
from handlers.views.elements import View, actions, button, context, escape, modal, section


def link_used(locale: Locale) -> str:
    """Return the sentence for a link that cannot be renewed."""
    return locale.gettext(
        "That link has been used, or is too old to be renewed. What came of the key is shown here; if nothing came, "
        "begin again where you began."
    )


def link_view(locale: Locale, subject: str, url: str, ticket_id: str) -> View:
    """Return the modal with the link; `subject` names what the key is for."""
    _ = locale.gettext
    blocks = [
        section(
            _(
                "The API key and the user identifier of *{subject}* are entered on a secure page in your browser: "
                "they do not pass through Slack.",
                subject=escape(subject),
            )
        ),
        actions(
            {**button(_("Open the secure page"), Action.OPEN_KEY_FORM, style="primary"), "url": url},
            button(_("New link"), Action.NEW_KEY_LINK),
        ),
        context(
            _(
                "The link is yours alone, works once and for ten minutes. What comes of it is shown here. "
                "Do not pass it on."
            )
        ),
    ]
    return modal(Callback.KEY_LINK, _("API credentials"), blocks, close=_("Back"), reference=ticket_id)
