"""Made-up suppliers of the ready companies: what each sells, how often, for how much, and how it is posted.

No supplier exists; the generator (history.py) turns them into months of invoices.
"""

from dataclasses import dataclass

from sandbox.netvisor.vat import VatClass

S, R, L, Z, E = VatClass.STANDARD, VatClass.REDUCED, VatClass.LOW, VatClass.ZERO, VatClass.EU_SERVICE


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of line: its text, account, taxation and gross price in euros."""

    text: str
    account: int
    vat: VatClass
    euros: float


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier: `monthly` is how many invoices a month on average (1.0 and below: always on the same day).

    `every_item` puts all items on each invoice; otherwise an invoice has one of them, or two. `spread` is how much
    prices vary (0: the same sum every time). `centre` is the usual cost centre's place in the company's list.
    """

    name: str
    monthly: float
    items: tuple[Item, ...]
    spread: float = 0.15
    every_item: bool = False
    centre: int | None = None


OFFICE = (
    Supplier(
        "Lumiverkko Oy",
        1.0,
        (Item("Puhelinliittymät {month}", 7810, S, 148.60), Item("Laajakaista {month}", 7810, S, 59.90)),
        0.04,
        every_item=True,
    ),
    Supplier("Kivijalka Toimitilat Oy", 1.0, (Item("Toimitilavuokra {month}", 7230, Z, 1840.0),), 0.0),
    Supplier(
        "Aamurusko Energia Oy",
        1.0,
        (Item("Sähkönsiirto {month}", 7250, S, 96.0), Item("Sähköenergia {month}", 7250, S, 174.0)),
        0.3,
        every_item=True,
    ),
    Supplier("Tilipisara Oy", 1.0, (Item("Kirjanpito ja palkanlaskenta {month}", 7910, S, 412.0),), 0.1, centre=0),
    Supplier("Pilvikirja Software Ltd", 1.0, (Item("Subscription {month}", 7410, E, 89.0),), 0.05, centre=0),
    Supplier("Havu Vakuutus", 0.25, (Item("Yritysvakuutus", 7890, Z, 623.0),), 0.02, centre=0),
    Supplier(
        "Paperiniitty Oy",
        1.6,
        (
            Item("Kopiopaperi ja mapit", 7850, S, 46.0),
            Item("Kahvi ja tarjoilut", 7150, R, 38.5),
            Item("Näyttö ja telakka", 7420, S, 329.0),
        ),
        0.5,
    ),
    Supplier("Kultasiipi Pankki Oyj", 1.0, (Item("Palvelumaksut {month}", 7950, Z, 24.5),), 0.2, centre=0),
    Supplier("Työterveys Hyvä Vire Oy", 0.8, (Item("Työterveyspalvelut {month}", 7110, Z, 236.0),), 0.4),
    Supplier("Kiiltotiimi Oy", 1.0, (Item("Siivous {month}", 7280, S, 310.0),), 0.03),
    Supplier("Uutispolku Media Oy", 0.17, (Item("Lehtitilaus", 7860, L, 128.0),), 0.1, centre=0),
    Supplier("Reittimatkat Oy", 1.2, (Item("Junaliput", 7510, R, 74.0), Item("Majoitus", 7510, R, 139.0)), 0.4),
    Supplier(
        "Digitorni Oy",
        0.5,
        (Item("Kannettava tietokone", 7420, S, 1290.0), Item("Tarvikkeet", 7420, S, 58.0)),
        0.3,
    ),
    Supplier("Sampo Lindqvist Asianajotoimisto", 0.12, (Item("Lakipalvelut", 7920, S, 980.0),), 0.5, centre=0),
)

TRADE = (
    Supplier(
        "Tukku-Vanamo Oy",
        6.0,
        (Item("Elintarvikkeet", 4000, R, 412.0), Item("Pakkaustarvikkeet", 4000, S, 86.0)),
        0.5,
        centre=1,
    ),
    Supplier("Leipomo Sarastus", 4.0, (Item("Leipomotuotteet", 4000, R, 148.0),), 0.3, centre=1),
    Supplier("Meri & Kala Nieminen Ky", 2.0, (Item("Kalatuotteet", 4000, R, 233.0),), 0.4, centre=2),
    Supplier("Kahvipaahtimo Usva Oy", 2.0, (Item("Kahvipavut", 4000, R, 191.0),), 0.3, centre=1),
    Supplier("Mainoskolmio Oy", 0.7, (Item("Somemainonta", 7710, S, 350.0), Item("Messuosasto", 7730, S, 1450.0)), 0.4),
    Supplier("Jäteapu Oy", 1.0, (Item("Jätehuolto {month}", 7260, S, 88.0),), 0.1),
)

CONSTRUCTION = (
    Supplier(
        "Rautavasara Oy",
        7.0,
        (
            Item("Rakennustarvikkeet", 4000, S, 318.0),
            Item("Käsityökalut", 7450, S, 94.0),
            Item("Työvaatteet", 7170, S, 121.0),
        ),
        0.7,
        centre=1,
    ),
    Supplier("Nosto ja Kone Hakala Oy", 2.0, (Item("Konevuokra", 7460, S, 486.0),), 0.5, centre=2),
    Supplier("Sähköasennus Virtanen & Pojat Ky", 2.0, (Item("Alihankinta, sähkötyöt", 4450, S, 1720.0),), 0.6),
    Supplier("Betoniasema Louhi Oy", 2.5, (Item("Valmisbetoni", 4000, S, 940.0),), 0.6, centre=1),
    Supplier("Osaajavuokraus Kipinä Oy", 2.0, (Item("Vuokratyö", 4480, S, 2140.0),), 0.4, centre=2),
    Supplier("Jäteapu Oy", 1.5, (Item("Vaihtolava ja käsittely", 7260, S, 260.0),), 0.4),
)

TRANSPORT = (
    Supplier(
        "Tankkipiste Oy",
        5.0,
        (Item("Diesel", 7330, S, 684.0), Item("AdBlue", 7330, S, 42.0), Item("Pesu", 7340, S, 36.0)),
        0.4,
        centre=1,
    ),
    Supplier("Raskaskorjaamo Kumpu Oy", 2.0, (Item("Huolto", 7340, S, 870.0), Item("Varaosat", 7340, S, 240.0)), 0.6),
    Supplier("Kalustorahoitus Vaaka Oy", 1.0, (Item("Ajoneuvoleasing {month}", 7350, S, 1320.0),), 0.0, centre=1),
    Supplier("Rengastukku Sora Oy", 0.5, (Item("Renkaat", 7340, S, 1180.0),), 0.4),
    Supplier("Kuljetus Ketterä Ky", 3.0, (Item("Alihankintakuljetus", 4450, S, 560.0),), 0.5, centre=2),
    Supplier("Pikapaketti Oy", 2.0, (Item("Rahdit {month}", 7830, S, 62.0),), 0.5),
)

SERVICES = (
    Supplier("Freelance Studio Kaarna", 2.0, (Item("Graafinen suunnittelu", 4450, S, 744.0),), 0.4, centre=1),
    Supplier("Mainoskolmio Oy", 2.0, (Item("Hakusanamainonta {month}", 7710, S, 620.0),), 0.4, centre=2),
    Supplier("Painotalo Aava Oy", 1.5, (Item("Painotyöt", 4000, S, 290.0), Item("Esitteet", 7710, S, 180.0)), 0.5),
    Supplier("Ravintola Kotiranta", 0.8, (Item("Asiakaslounas", 7610, R, 96.0),), 0.5, centre=2),
    Supplier("Oppipolku Oy", 0.4, (Item("Koulutuspäivä", 7130, S, 590.0),), 0.3),
    Supplier("Yrittäjäyhdistys Kehrä ry", 0.09, (Item("Jäsenmaksu", 7980, Z, 210.0),), 0.0, centre=0),
)
