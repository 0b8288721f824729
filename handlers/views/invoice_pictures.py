"""The picture of an invoice: the modal that shows it, and the file that a person is given where no modal can."""

from __future__ import annotations

from handlers.ids import Callback
from handlers.locale import Locale
from handlers.views.elements import Block, View, escape, modal, section
from services.facts import InvoicePicture, PictureState
from services.records import ProductionInvoice
from services.uploads import RenderedFile

LONGEST_WORDS = 300


def picture_view(locale: Locale, fact: InvoicePicture) -> View:
    """Return the modal with an invoice's picture, or with what has become of it."""
    _ = locale.gettext
    title = escape(_title(locale, fact.invoice))
    blocks: list[Block] = [section(f"*{title}*")]
    words = {
        PictureState.LOADING: ":hourglass_flowing_sand: " + _("The picture is being fetched from Netvisor."),
        PictureState.SENT: _("The picture is in your direct messages with this app, for a day."),
        PictureState.NONE: _("Netvisor has no picture of this invoice."),
        PictureState.NO_ANSWER: _("Netvisor does not answer just now. Close this and try again in a moment."),
        PictureState.REFUSED: _("Netvisor refused the picture. `/fabric check` finds out which right is missing."),
        PictureState.NOT_TAKEN: _("Slack did not take the picture. Look at the invoice in Netvisor."),
    }
    if fact.state is PictureState.SHOWN:
        blocks.append(
            {
                "type": "image",
                "block_id": f"picture:{fact.file_id}",
                "slack_file": {"id": fact.file_id},
                "alt_text": alternative_text(locale, fact.invoice),
            }
        )
    else:
        blocks.append(section(words[fact.state]))
    return modal(Callback.PICTURE, _("Picture"), blocks, close=_("Back"), notify_on_close=True)


def _title(locale: Locale, row: ProductionInvoice) -> str:
    _ = locale.gettext
    number = _("Invoice {number}", number=row.number or "–")
    return f"{row.vendor or _('No vendor')} · {number} · {locale.money(row.amount)}"[:LONGEST_WORDS]


def alternative_text(locale: Locale, row: ProductionInvoice) -> str:
    """Return what a picture shows, for those who hear it."""
    return locale.gettext("Picture of the invoice: {title}", title=_title(locale, row))


def picture_file(language: str, row: ProductionInvoice, content: bytes, ending: str) -> RenderedFile:
    """Return a picture as a file."""
    locale = Locale(language)
    return RenderedFile(
        name=f"{row.netvisor_key}.{ending}",
        title=_title(locale, row),
        content=content,
        alternative_text=alternative_text(locale, row),
    )
