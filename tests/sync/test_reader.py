"""Bytes become rows or a refusal in clear words, and nothing else ever."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.core.staff_list import StaffList
from sync.core.staff_row import clean
from sync.edge.csv.reader import Limits, StaffListReader
from sync.refusals import (
    DuplicateAnchors,
    DuplicateColumns,
    EmptyFile,
    ListTooLarge,
    MalformedCsv,
    MissingColumns,
    UnevenRows,
    UnknownEncoding,
    UnreadableList,
)
from tests.sync.register import TestSeal, arjeplog_source

SMALL = "anchor{0}family_name{0}title\r\n1{0}Åström{0}Läkare\r\n"


def read(content: bytes, **source: object) -> StaffList:
    return StaffListReader().read(content, arjeplog_source(**source))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_found(encoding: str, delimiter: str) -> None:
    found = read(SMALL.format(delimiter).encode(encoding))

    assert [row.cells for row in found.rows] == [["1", "Åström", "Läkare"]]
    assert found.columns == {"anchor": 0, "family_name": 1, "title": 2}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_and_32_are_refused_with_how_to_save(encoding: str) -> None:
    with pytest.raises(UnknownEncoding, match="CSV UTF-8"):
        read(SMALL.format(";").encode(encoding))


@pytest.mark.parametrize(
    "content",
    [b"anchor;family_name\r\n1;A\x00B\r\n", b"PK\x03\x04rest of a workbook", b"anchor;family_name\n1;\x81\n",
     b"\xef\xbb\xbfanchor;family_name\n1;\xe5\n"],
)  # fmt: skip
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnknownEncoding):
        read(content)


@pytest.mark.parametrize("content", [b"", b"\r\n \r\n", b"\xef\xbb\xbf", b"sep=;\r\n"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(EmptyFile):
        read(content)


def test_quoted_cells_may_hold_delimiters_quotes_and_line_breaks() -> None:
    content = b'anchor;family_name;title\r\n1;"Berg;""B""";"two\r\nlines"\r\n2;Lind;x\r\n'

    found = read(content)

    assert [row.cells for row in found.rows] == [["1", 'Berg;"B"', "two\r\nlines"], ["2", "Lind", "x"]]
    assert [row.line for row in found.rows] == [2, 4]


def test_excels_sep_line_and_blank_rows_are_not_rows() -> None:
    found = read(b"sep=,\r\nanchor,family_name\r\n\r\n,\r\n1,Berg\r\n")

    assert [(row.line, row.cells) for row in found.rows] == [(5, ["1", "Berg"])]


def test_a_stray_quotation_mark_names_its_line() -> None:
    with pytest.raises(MalformedCsv, match="line 3"):
        read(b'anchor;family_name\n1;A\n2;"A"b\n')


def test_missing_columns_name_the_mapping_to_add() -> None:
    with pytest.raises(MissingColumns) as refused:
        read("Anställningsnr;Personnummer;Efternamn\n1;191212121212;Berg\n".encode())

    assert '"anchor": "Anställningsnr"' in refused.value.description
    assert '"personal_number": "Personnummer"' in refused.value.description
    assert '"family_name": "Efternamn"' in refused.value.description


def test_the_suggested_mapping_makes_the_list_readable() -> None:
    mapping = {"anchor": "Anställningsnr", "personal_number": "personnummer", "family_name": "Efternamn"}

    found = read("Anställningsnr;Personnummer;Efternamn\n1;191212121212;Berg\n".encode(), mapping=mapping)

    assert found.columns == {"anchor": 0, "personal_number": 1, "family_name": 2}


def test_a_useful_column_without_mapping_is_noted() -> None:
    found = read(b"anchor;family_name;Slutdatum\n1;Berg;2026-01-01\n")

    assert '"end_date": "Slutdatum"' in found.notes[0].message


def test_a_mapped_column_that_is_missing_is_refused() -> None:
    with pytest.raises(MissingColumns, match="`phone`"):
        read(b"anchor;family_name\n1;Berg\n", mapping={"phone": "Mobil"})


def test_a_list_without_header_never_repeats_a_personal_number() -> None:
    with pytest.raises(MissingColumns) as refused:
        read(b"1001;19121212-1212;Berg\n1002;198507722398;Lind\n")

    assert "1212" not in refused.value.description


def test_duplicate_columns_are_refused() -> None:
    with pytest.raises(DuplicateColumns, match="`title`"):
        read(b"anchor;family_name;title;TITLE\n1;Berg;a;b\n")


def test_uneven_rows_are_named() -> None:
    with pytest.raises(UnevenRows, match="line 3 has 3"):
        read(b"anchor;family_name\n1;Berg\n2;Lind;x\n")


def test_duplicate_anchors_name_both_lines_and_not_the_anchor() -> None:
    with pytest.raises(DuplicateAnchors, match="lines 2 and 4") as refused:
        read(b"anchor;family_name\nx77;Berg\n2;Lind\n X77 ;Berg\n")

    assert "77" not in refused.value.description


@pytest.mark.parametrize(
    "limits", [Limits(max_bytes=30), Limits(max_rows=1), Limits(max_cell_length=5)], ids=["bytes", "rows", "cell"]
)
def test_limits_are_kept(limits: Limits) -> None:
    content = b"anchor;family_name\n1;Bergstr\n2;Lindstr\n"

    with pytest.raises(ListTooLarge):
        StaffListReader(limits).read(content, arjeplog_source())


def test_a_huge_cell_is_refused() -> None:
    with pytest.raises(ListTooLarge, match="line 2"):
        read(b"anchor;family_name\n1;" + b"x" * 200_000)


LIKELY = st.lists(
    st.sampled_from(
        ["anchor", "family_name", ";", ",", "\t", "\r\n", "\n", "\r", '"', "1", "å", " ", "sep=;", "\u202e"]
    )
).map(lambda parts: "".join(parts).encode())


@settings(max_examples=300, deadline=None)
@given(st.binary() | LIKELY | LIKELY.map(lambda tail: b"anchor;family_name;phone;end_date\n" + tail))
def test_any_bytes_give_rows_or_a_refusal(content: bytes) -> None:
    try:
        found = read(content)
    except UnreadableList:
        return
    rows = clean(found, TestSeal().lookup, date(2026, 3, 2))

    assert len(rows.rows) + len(rows.held) == len(found.rows)


def test_two_encodings_in_one_file_are_refused_and_the_line_is_named() -> None:
    rows = "anchor;given_name;family_name\n1;Åsa;Öman\n".encode() + "2;Örjan;Ås\n".encode("cp1252")

    with pytest.raises(UnknownEncoding, match="some lines are UTF-8 and line 3 is not"):
        read(rows)
