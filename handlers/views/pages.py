"""The few pages for a browser: plain HTML, one style, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from handlers.ids import Field
from handlers.locale import Locale

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1d1c1d; background: #f4f5f7; margin: 0; }
main { max-width: 34rem; margin: 3rem auto; padding: 2rem; background: #fff; border-radius: 12px; }
@media (max-width: 40rem) { main { margin: 0; border-radius: 0; min-height: 100vh; box-sizing: border-box; } }
h1 { font-size: 1.4rem; margin: 0 0 1rem; }
label { display: block; font-weight: 600; margin: 1.2rem 0 .3rem; }
input { width: 100%; box-sizing: border-box; font: inherit; padding: .6rem; border: 1px solid #868686;
  border-radius: 6px; }
button, .button { font: inherit; font-weight: 600; color: #fff; background: #1f3a5f; border: 0; border-radius: 6px;
  padding: .7rem 1.4rem; margin-top: 1.5rem; cursor: pointer; display: inline-block; text-decoration: none; }
:focus-visible { outline: 3px solid #1264a3; outline-offset: 2px; }
.error { color: #b3261e; margin: .3rem 0 0; }
.about { background: #eef2f7; border-radius: 8px; padding: .8rem 1rem; margin: 0 0 1rem; }
.small { color: #555; font-size: .9rem; }
dt { font-family: ui-monospace, monospace; margin-top: .7rem; }
dd { margin: 0; color: #444; }
nav a { margin-right: .8rem; }
"""


@dataclass(frozen=True)
class Page:
    """What a browser is answered."""

    html: str
    status: int = 200


def page(locale: Locale, title: str, body: str, status: int = 200) -> Page:
    """Return a whole page; `body` is HTML."""
    return Page(
        f'<!doctype html><html lang="{locale.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>",
        status,
    )


def paragraph(text: str, name: str = "") -> str:
    """Return a paragraph of plain text."""
    return f'<p class="{name}">{escape(text)}</p>' if name else f"<p>{escape(text)}</p>"


def key_form(locale: Locale, subject: str, person: str, firm: str, errors: Mapping[str, str]) -> Page:
    """Return the form for an API key and user identifier. It is never filled in, also not after an error."""
    _ = locale.gettext
    save = _("Save and check")
    # A workspace of an organisation that has the app has no name that we know.
    who = f"{person} ({firm})" if firm else person
    about = _("{person} asks for the API credentials of: {subject}", person=who, subject=subject)
    fields = _secret(Field.CUSTOMER_KEY, _("API key"), errors) + _secret(
        Field.CUSTOMER_ID, _("User identifier"), errors
    )
    body = (
        paragraph(about, "about")
        + paragraph(_("Copy both from Netvisor's page. If you did not ask for this yourself, close this page."))
        + f'<form method="post" autocomplete="off">{fields}<button>{escape(save)}</button></form>'
        + paragraph(
            _("Both are encrypted at once and never shown again, except for their last four characters."), "small"
        )
    )
    return page(locale, _("API credentials"), body, 422 if errors else 200)


def _secret(name: str, label: str, errors: Mapping[str, str]) -> str:
    error, described = "", ""
    if name in errors:
        error = f'<p class="error" id="{name}-error">{escape(errors[name])}</p>'
        described = f' aria-invalid="true" aria-describedby="{name}-error"'
    return (
        f'<label for="{name}">{escape(label)}</label><input id="{name}" name="{name}" type="password" '
        f'autocomplete="off" spellcheck="false" maxlength="200" required{described}>{error}'
    )


def key_taken(locale: Locale) -> Page:
    """Return the page that says that a key was taken in."""
    _ = locale.gettext
    return page(locale, _("Saved"), paragraph(_("Saved and encrypted. Go back to Slack: it goes on there.")))


def key_expired(locale: Locale) -> Page:
    """Return the page of a link that opens nothing: used, expired or never given."""
    _ = locale.gettext
    text = _("This link has been used or has expired. Go back to Slack and press “New link” there.")
    return page(locale, _("This link has ended"), paragraph(text), 410)


def fault(locale: Locale, reference: str) -> Page:
    """Return the page of a fault of ours."""
    _ = locale.gettext
    text = _(
        "Something went wrong, and the fault is ours. Please try again; if it happens again, give the operator the "
        "reference {reference}.",
        reference=reference,
    )
    return page(locale, _("Something went wrong"), paragraph(text), 500)


def install_page(
    locale: Locale, needed: Mapping[str, str], optional: Mapping[str, str], languages: Mapping[str, str]
) -> Page:
    """Return the page from which the app is installed; it says why it asks for each right."""
    _ = locale.gettext
    add = _("Add to Slack")
    choose = "".join(f'<a href="?language={code}" lang="{code}">{escape(name)}</a>' for code, name in languages.items())
    body = (
        f"<nav>{choose}</nav>"
        + paragraph(
            _(
                "Fabric connects an accounting firm's clients in Netvisor to an AI that learns how each company posts "
                "its purchase invoices. In Slack it asks for these rights, and for nothing else:"
            )
        )
        + _reasons(needed)
        + paragraph(_("You may leave these out. It then does without what they are for:"))
        + _reasons(optional)
        + f'<form method="post"><button>{escape(add)}</button></form>'
        + paragraph(
            _("Slack asks you to confirm. Remove the app in Slack at any time: its tokens are deleted."), "small"
        )
    )
    return page(locale, _("Add Fabric to Slack"), body)


def _reasons(scopes: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(scope)}</dt><dd>{escape(reason)}</dd>" for scope, reason in scopes.items())
    return f"<dl>{rows}</dl>"


def installed(locale: Locale, name: str, link: str) -> Page:
    """Return the page after an installation; `link` leads to the app in Slack."""
    _ = locale.gettext
    body = paragraph(_("Fabric is installed in {workspace}. Type /fabric in any channel.", workspace=name))
    return page(locale, _("Installed"), body + _link(_("Open Slack"), link))


def not_installed(locale: Locale, reason: str) -> Page:
    """Return the page of an installation that did not come about; `reason` is a code: what to do is said in words."""
    _ = locale.gettext
    sentences = {
        "access_denied": _("Nothing was installed: it was not allowed in Slack."),
        "state": _("This installation was begun too long ago, in another browser, or has been used."),
        "slack": _("Slack did not complete the installation."),
    }
    body = paragraph(sentences[reason]) + _link(_("Begin again"), "install")
    return page(locale, _("Not installed"), body, 200 if reason == "access_denied" else 400)


def _link(text: str, address: str) -> str:
    return f'<a class="button" href="{escape(address)}">{escape(text)}</a>'
