"""What a purchase invoice looks like on paper: the preview image that getpurchaseinvoice.nv brings along."""

import unicodedata
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from sandbox.netvisor.company import Company, Invoice

_SIZE = (860, 1160)
_MARGIN = 64
_INK, _QUIET, _LINE = "#222222", "#6b6b6b", "#c8c8c8"
_MOST_LINES = 18


def invoice_picture(company: Company, invoice: Invoice) -> bytes:
    """A PNG of an invoice in Finnish: seller, buyer, dates, lines, VAT and what is to be paid to where."""
    image = Image.new("RGB", _SIZE, "white")
    page = _Page(ImageDraw.Draw(image))
    vendor = invoice.vendor
    page.text(_MARGIN, 56, vendor.name, 30)
    page.text(_MARGIN, 98, f"{vendor.address}, {vendor.post_code} {vendor.city}", 17, _QUIET)
    page.text(_MARGIN, 122, f"Y-tunnus {vendor.business_id}", 17, _QUIET)
    page.right(56, "LASKU", 30)
    for row, (name, value) in enumerate(
        (
            ("Laskun numero", invoice.number),
            ("Päiväys", f"{invoice.day.day}.{invoice.day.month}.{invoice.day.year}"),
            ("Eräpäivä", f"{invoice.due.day}.{invoice.due.month}.{invoice.due.year}"),
            ("Viitenumero", invoice.reference),
        )
    ):
        page.text(500, 180 + 28 * row, name, 17, _QUIET)
        page.right(180 + 28 * row, value, 17)
    page.text(_MARGIN, 180, company.name, 20)
    page.text(_MARGIN, 208, f"Y-tunnus {company.business_id}", 17, _QUIET)
    top = 340
    page.row(top, ("Kuvaus", "ALV %", "Veroton", "Yhteensä"), _QUIET)
    page.rule(top + 30)
    for line in invoice.lines[:_MOST_LINES]:
        top += 36
        percent = f"{line.vat_tenths / 10:g}".replace(".", ",")
        text = line.description or line.product_name
        page.row(top, (text[:44], percent, _money(_net(line.sum, line.vat_tenths)), _money(line.sum)))
    if len(invoice.lines) > _MOST_LINES:
        top += 36
        page.row(top, (f"… ja {len(invoice.lines) - _MOST_LINES} riviä", "", "", ""), _QUIET)
    page.rule(top + 34)
    vat = sum(line.sum - _net(line.sum, line.vat_tenths) for line in invoice.lines)
    page.row(top + 48, ("Arvonlisävero", "", "", _money(vat)), _QUIET)
    page.text(_MARGIN, top + 88, "Maksettava yhteensä, EUR", 22)
    page.right(top + 88, _money(invoice.amount), 22)
    page.text(_MARGIN, _SIZE[1] - 80, f"IBAN {vendor.iban}", 17, _QUIET)
    page.right(_SIZE[1] - 80, "Hiekkalaatikon lasku", 17, _QUIET)
    written = BytesIO()
    image.quantize(16).save(written, "PNG", optimize=True)
    return written.getvalue()


class _Page:
    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def text(self, left: float, top: int, words: str, size: int, ink: str = _INK) -> None:
        """Write words. Pillow's own font has no ä, ö and å, so their marks are drawn above the letters."""
        font = ImageFont.load_default(size)
        plain = "".join(unicodedata.normalize("NFD", letter)[0] for letter in words)
        self._draw.text((left, top), plain, ink, font)
        for place, letter in enumerate(words):
            if letter.lower() in "äöå":
                begin, end = self._width(plain[:place], size), self._width(plain[: place + 1], size)
                height = top + size * (0.30 if letter.islower() else 0.06)
                self._mark(left + (begin + end) / 2, height, size, ink, ring=letter in "åÅ")

    def _mark(self, middle: float, height: float, size: int, ink: str, *, ring: bool) -> None:
        radius = size / 16
        if ring:
            box = (middle - 2 * radius, height - 2 * radius, middle + 2 * radius, height + 2 * radius)
            self._draw.ellipse(box, outline=ink)
            return
        for dot in (middle - 2 * radius, middle + 2 * radius):
            self._draw.ellipse((dot - radius, height - radius, dot + radius, height + radius), ink)

    def _width(self, words: str, size: int) -> float:
        return self._draw.textlength(words, ImageFont.load_default(size))

    def right(self, top: int, words: str, size: int, ink: str = _INK, right: int = _SIZE[0] - _MARGIN) -> None:
        plain = "".join(unicodedata.normalize("NFD", letter)[0] for letter in words)
        self.text(right - self._width(plain, size), top, words, size, ink)

    def row(self, top: int, cells: tuple[str, str, str, str], ink: str = _INK) -> None:
        self.text(_MARGIN, top, cells[0], 17, ink)
        for place, cell in zip((560, 680, _SIZE[0] - _MARGIN), cells[1:], strict=True):
            self.right(top, cell, 17, ink, place)

    def rule(self, top: int) -> None:
        self._draw.line((_MARGIN, top, _SIZE[0] - _MARGIN, top), _LINE, 1)


def _net(gross: int, vat_tenths: int) -> int:
    return round(gross * 1000 / (1000 + vat_tenths))


def _money(cents: int) -> str:
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}".replace(",", " ") + f",{part:02}"
