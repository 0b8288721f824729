"""Lists of companies: whatever people paste or attach becomes lines, each with what is wrong with it."""

from __future__ import annotations

import contextlib
import io
import string
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.batch_lines import Line, channel_ids, companies_in, lines_of, process_of, written_business_id
from services.records import Process
from services.spreadsheets import MOST_BYTES, MOST_ROWS, Unreadable, decode, read_file, read_text

ONE, TWO, THREE = "1234567-1", "0109862-8", "9000102-2"


def seen(text: str) -> list[tuple[str, str, str]]:
    """Return id, name and problem of the lines of pasted text."""
    return [(line.business_id, line.name, line.problem) for line in lines_of(read_text(text))]


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (f"Lisääthän Katajan {ONE} ja Tuomen (FI01098628)!", [ONE, TWO]),
        (f"• {ONE} Kataja; Oy\n2. {TWO}: *Tuomi, Oy*\n`{ONE}` Taas", [f"{ONE}\tKataja; Oy", f"{TWO}\tTuomi, Oy"]),
        (f"{ONE} pitäisi lisätä", [ONE]),
        ("Lasku 12345671, puh. 040-1234567, 1234567-8", []),
        ("avain 1234567-1234, e1234567-1, 1234567-1a", []),
        ("", []),
    ],
)
def test_companies_are_found_among_the_words_of_a_message(message: str, found: list[str]) -> None:
    assert companies_in(message, with_names=True) == found
    assert companies_in(message, with_names=False) == [line.partition("\t")[0] for line in found]


@given(st.text(), st.sampled_from([ONE, TWO, THREE]))
def test_what_a_message_names_is_a_list_that_can_be_read(words: str, business_id: str) -> None:
    found = companies_in(f"{words} \n{business_id} A{words}", with_names=True)
    lines = lines_of(read_text("\n".join(found)))
    assert business_id in [line.business_id for line in lines]
    assert all(len(line.name) <= 100 for line in lines)


def xlsx(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def code_of(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        lines_of(read_file(content))
    return refused.value.code


@pytest.mark.parametrize("separator", ["\t", ";", ",", "|", " ", " ; "])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\n\n"])
def test_any_sane_separator_will_do(separator: str, newline: str) -> None:
    text = newline.join([f"{ONE}{separator}Yritys Oy", f"{TWO}{separator}Toinen Oy"]) + newline
    assert seen(text) == [(ONE, "Yritys Oy", ""), (TWO, "Toinen Oy", "")]


def test_bare_ids_are_enough() -> None:
    assert seen(f"{ONE}\n{TWO}") == [(ONE, "", ""), (TWO, "", "")]


@pytest.mark.parametrize(
    "header",
    ["Nimi;Y-tunnus;Prosessi;Kanava", "Företag;FO-nummer;Process;Kanal", "COMPANY;Business ID;Process;CHANNEL"],
)
def test_a_header_names_the_columns_in_any_order_and_language(header: str) -> None:
    (line,) = lines_of(read_text(f"{header}\nYritys, Oy;{ONE};tausta;#palkat"))
    assert line == Line(2, ONE, "Yritys, Oy", Process.BACKGROUND, "palkat")


def test_a_column_that_we_do_not_know_is_left_alone() -> None:
    (line,) = lines_of(read_text(f"Nro;Y-tunnus;Kirjanpitäjä;Nimi\n1;{ONE};Aku;Yritys Oy"))
    assert (line.business_id, line.name, line.process, line.channel) == (ONE, "Yritys Oy", "", "")


def test_without_a_header_the_ids_say_which_column_is_theirs() -> None:
    (line,) = lines_of(read_text(f"Yritys Oy\t{ONE}\tvaihtoehtoinen prosessi kierrolla\t<#C0123456789|palkat>"))
    assert line == Line(1, ONE, "Yritys Oy", Process.ALTERNATIVE_WITH_CIRCULATION, "C0123456789")


@pytest.mark.parametrize(
    "written",
    ["1234567-1", " 1234567–1 ", "FI12345671", "12345671", "1234567\u20111", "1234567-1\u200b"],
)
def test_an_id_is_known_however_it_is_written(written: str) -> None:
    assert seen(written) == [(ONE, "", "")]


def test_a_zero_that_a_spreadsheet_dropped_is_put_back() -> None:
    assert written_business_id("1098628") == TWO
    assert written_business_id("109862-8") == TWO


def test_every_line_says_what_is_wrong_with_it() -> None:
    text = f"{ONE};A;;\n1234567-8;B;;\n;C;;\n{ONE};D;;\n{TWO};E;jokin;"
    assert [(line.number, line.problem, line.value) for line in lines_of(read_text(text))] == [
        (1, "", ""),
        (2, "business_id_invalid", "1234567-8"),
        (3, "business_id_missing", "C"),
        (4, "twice", "1"),
        (5, "process_unknown", "jokin"),
    ]


def test_a_long_name_with_emoji_is_cut_and_said_so() -> None:
    (line,) = lines_of(read_text(f"{ONE}\t{'🦊Ä' * 150}"))
    assert (line.name, line.is_name_cut, line.problem) == ("🦊Ä" * 50, True, "")


def test_what_looks_like_a_formula_in_text_is_text() -> None:
    assert seen(f"{ONE};=cmd|' /C calc'!A0\n{TWO};@SUM(1)") == [
        (ONE, "=cmd|' /C calc'!A0", ""),
        (TWO, "@SUM(1)", ""),
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "iso-8859-15", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_that_finnish_programs_write(encoding: str) -> None:
    name = "Ääkköskauppa – Öljy Oy" if encoding == "cp1252" else "Ääkköskauppa Öljy Oy"
    text = "\r\n".join(["Y-tunnus;Nimi", *(f"{ONE};{name}" for _ in range(30))])
    assert lines_of(read_file(text.encode(encoding)))[0].name == name


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=60))
def test_utf_8_is_read_as_it_is(text: str) -> None:
    assert decode(text.encode()) == text


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(Unreadable):
        lines_of(read_file(content))


@given(st.text(string.printable, max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Unreadable):
        lines_of(read_text(text))


def test_a_workbook_is_read_with_numbers_and_blank_rows() -> None:
    content = xlsx(["Y-tunnus", "Yritys"], [12345671, "Yritys Oy"], [], [1098628.0, None])
    assert [(line.number, line.business_id, line.name) for line in lines_of(read_file(content))] == [
        (2, ONE, "Yritys Oy"),
        (4, TWO, ""),
    ]


def test_a_formula_without_a_value_is_that_lines_problem() -> None:
    content = xlsx(["Y-tunnus", "Yritys"], [ONE, '=B1&"!"'], [TWO, "Toinen Oy"], ["=A2", "Kolmas Oy"])
    assert [(line.number, line.problem) for line in lines_of(read_file(content))] == [
        (2, "formula"),
        (3, ""),
        (4, "formula"),
    ]


def test_a_formula_with_a_value_counts_as_the_value() -> None:
    content = xlsx(["Y-tunnus"], ["=A1"])
    unpacked = zipfile.ZipFile(io.BytesIO(content))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for part in unpacked.namelist():
            text = unpacked.read(part)
            if part == "xl/worksheets/sheet1.xml":
                text = text.replace(
                    b'<c r="A2"><f>A1</f><v></v></c>', b'<c r="A2" t="str"><f>A1</f><v>1234567-1</v></c>'
                )
                text = text.replace(b'<c r="A2"><f>A1</f><v /></c>', b'<c r="A2" t="str"><f>A1</f><v>1234567-1</v></c>')
            packed.writestr(part, text)
    assert [line.business_id for line in lines_of(read_file(written.getvalue()))] == [ONE]


def test_three_thousand_lines_are_read() -> None:
    rows = "\n".join(f"{ONE};Yritys {number}" for number in range(3000))
    lines = lines_of(read_file(rows.encode()))
    assert len(lines) == 3000
    assert [line.problem for line in lines].count("twice") == 2999


def test_what_is_no_list_is_refused_with_its_reason() -> None:
    assert code_of(b"") == "empty"
    assert code_of(b"\n \n;;\n") == "empty"
    assert code_of(b"Y-tunnus;Nimi\n") == "empty"
    assert code_of(b"nimi;kaupunki\nYritys Oy;Turku") == "no_business_ids"
    assert code_of(b"\xd0\xcf\x11\xe0" + b"x" * 600) == "old_excel"
    assert code_of(b"%PDF-1.7 ...") == "not_a_list"
    assert code_of(b"PK\x03\x04 broken") == "not_a_list"
    assert code_of(b"\x89PNG\r\n\x1a\n\x00\x01\x02") == "not_a_list"
    assert code_of(b"a" * (MOST_BYTES + 1)) == "too_large"
    assert code_of(f"{ONE}\n".encode() * (MOST_ROWS + 2)) == "too_many_rows"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 30_000_000)
    assert len(bomb.getvalue()) < 100_000
    assert code_of(bomb.getvalue()) == "too_large"


def test_channels_are_found_by_name() -> None:
    lines = lines_of(read_text(f"{ONE};A;;#Palkat\n{TWO};B;;muualla\n{THREE};C;;C0123456789"))
    found = channel_ids(lines, {"palkat": "C0000000001"})
    assert [(line.channel, line.problem) for line in found] == [
        ("C0000000001", ""),
        ("", "channel_unknown"),
        ("C0123456789", ""),
    ]


@pytest.mark.parametrize("written", ["Standardiprosessi", "standard", "Standard process"])
def test_a_process_is_known_by_the_names_that_people_see(written: str) -> None:
    assert process_of(written) is Process.STANDARD


@given(st.builds(Line, st.integers(1, 5000), st.text(), st.text(), problem=st.text(), is_name_cut=st.booleans()))
def test_a_line_is_stored_whole(line: Line) -> None:
    assert Line.from_data(line.to_data()) == line


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("9000100-6;Kataja Oy\n9000102-2\tTuomi Kahvilat", "Tuomi Kahvilat"),
        ("9000100-6;Kataja Oy\n9000102-2 Tuomi Kahvilat", "Tuomi Kahvilat"),
        ("9000100-6;Kataja Oy\nTuomi Kahvilat 9000102-2", "Tuomi Kahvilat"),
        ("9000100-6 Kataja Oy\n9000102-2 Tuomi Kahvilat", "Tuomi Kahvilat"),
        ("9000100-6 Kataja Oy\nFI90001022, Tuomi Kahvilat", "Tuomi Kahvilat"),
    ],
)
def test_lines_typed_each_in_another_way_are_understood(text: str, name: str) -> None:
    lines = lines_of(read_text(text))
    assert [(line.business_id, line.problem) for line in lines] == [("9000100-6", ""), ("9000102-2", "")]
    assert lines[1].name == name
