"""Names from a list: CSV with a name column, or vCards as phones write them."""

import base64
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import names_list
from workbook.csv_files import csv_file
from workbook.refused import Refused

OLD_PHONE = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD;;;;\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=\r\n=D0=B0=D0=BD\r\nEND:VCARD\r\n"
)


def zipped(*names: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return body.getvalue()


def card(name: str, more: str = "") -> str:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\n{more}END:VCARD\r\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name\r\nRuth\r\nKofi\r\nRuth\r\n", ["Ruth", "Kofi"]),
        ("﻿Phone;Name\n123;Zoë\n", ["Zoë"]),
        ('"First name","Age"\n"\'=Kofi","3"\n"","4"\n', ["=Kofi"]),
        (card("Ruth Ex") + card("Kofi", "TEL:1\r\n"), ["Ruth Ex", "Kofi"]),
        (OLD_PHONE, ["Иван"]),
        ("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ex;Ruth;;;\r\nEND:VCARD\r\n", ["Ruth Ex"]),
        ("BEGIN:VCARD\nVERSION:4.0\nFN:Noor\\, the neighbour\nEND:VCARD\n", ["Noor, the neighbour"]),
        (card("Broken", "this is no line\r\n") + card("June"), ["Broken", "June"]),
        (card("x" * 200), ["x" * 80]),
        ("\r\nName\r\nKofi\r\n", ["Kofi"]),
        ("\ufeff;;\r\n\r\nName;Phone\r\nKofi;1\r\n", ["Kofi"]),
        ("sep=;\r\n\r\nName;Phone\r\nKofi;1\r\n", ["Kofi"]),
        (card("Ruth", "AGENT:\r\n" + card("Her office")) + card("Kofi"), ["Ruth", "Kofi"]),
        (card("Ruth", "AGENT:" + card("Her office")) + card("Kofi"), ["Ruth", "Kofi"]),
        ("BEGIN:VCARD\r\nAGENT:\r\n" + card("Her office") + card("Ruth")[13:], ["Ruth"]),
        ("BEGIN:VCARD\r\nFN:Cut short\r\n" + card("Kofi"), ["Kofi"]),
    ],
)
def test_names_are_found_in_their_order_each_once(text: str, names: list[str]) -> None:
    assert names_list.names(text.encode()) == names


GOOGLE = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Nickname,File As,Organization Name,Phone 1 - Value\n"
    "Ada,,Lovelace,,,,,+44 1\nKofi,K.,Mensah,,Kof,,,\n,,,,Noor,,,\n,,,,,,Tuesday Group,\n"
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (GOOGLE, ["Ada Lovelace", "Kofi K. Mensah", "Noor", "Tuesday Group"]),
        ("First Name,Last Name,E-mail Address\nAda,Lovelace,a@x\nAda,Byron,b@x\n", ["Ada Lovelace", "Ada Byron"]),
        ("Name,Given Name,Family Name\nAda Lovelace,Ada,Lovelace\n,Kofi,\n", ["Ada Lovelace", "Kofi"]),
        ("Vorname;Nachname\nAda;Lovelace\n", ["Ada Lovelace"]),
        ("Name;Vorname;Telefon\nLovelace;Ada;1\n", ["Ada Lovelace"]),
        ("Nom;Prénom\nLovelace;Ada\n", ["Ada Lovelace"]),
        ("Nombre,Apellidos\nAda,Lovelace\n", ["Ada Lovelace"]),
        ("Nome;Cognome\nAda;Lovelace\n", ["Ada Lovelace"]),
        ("Voornaam;Tussenvoegsel;Achternaam\nAda;van der;Berg\n", ["Ada van der Berg"]),
        ("Nome,Sobrenome\nAda,Lovelace\n", ["Ada Lovelace"]),
        ("Ada\nKofi\nNoor\n", ["Ada", "Kofi", "Noor"]),
        ("name\n'T Hart, Noor\n't Hart\n'=Kofi\n", ["'T Hart, Noor", "'t Hart", "=Kofi"]),
        ("sep=;\nname;x\nAda;1\n", ["Ada"]),
    ],
)
def test_an_address_book_in_any_of_our_neighbours_languages_gives_whole_names(text: str, names: list[str]) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        assert names_list.names(text.encode(encoding)) == names


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "names_none"),
        (b"who,when\r\nRuth,1\r\n", "names_column"),
        (zipped("docProps/app.xml", "[Content_Types].xml"), "names_spreadsheet"),
        (zipped("mimetype", "content.xml"), "names_spreadsheet"),
        (b"PK\x03\x04..[Content_Types].xml", "names_odd"),
        (b"name\r\n \r\n", "names_none"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:1\r\nEND:VCARD\r\n", "names_none"),
        (b"BEGIN:VCARD\r\ncut short", "names_none"),
        (b"name\r\nRen\xe9\r\n", "names_encoding"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "names_encoding"),
        (b"name\r\n\x00\r\n", "names_odd"),
        (b"name\r\n" + b"\r\n".join(b"N%d" % number for number in range(5001)), "names_many"),
        (bytes(names_list.LARGEST + 1), "names_large"),
    ],
)
def test_what_is_no_list_of_names_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        names_list.names(body)


def test_a_list_of_millions_of_rows_is_refused_after_some_thousands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same short name in each row would be one name to pick, and hold everybody up until it was found."""
    looked_at = Counter[str]()
    kept = names_list._kept

    def noted(found: Iterable[str]) -> Iterator[str]:
        for name in found:
            looked_at[name] += 1
            yield from kept([name])

    monkeypatch.setattr(names_list, "_kept", noted)
    with pytest.raises(Refused, match="names_many"):
        names_list.names(b"a\n" * 4_000_000)
    assert looked_at.total() <= names_list.MOST_ROWS + 1


def test_an_address_book_of_ten_megabytes_with_pictures_is_read() -> None:
    picture = base64.b64encode(bytes(range(256)) * 150).decode()
    lines = "\r\n ".join(picture[at : at + 74] for at in range(0, len(picture), 74))
    body = "".join(card(f"Name {number}", f"PHOTO;ENCODING=b;TYPE=JPEG:{lines}\r\n") for number in range(185)).encode()
    assert 9_500_000 < len(body) < names_list.LARGEST
    assert names_list.names(body) == [f"Name {number}" for number in range(185)]


@given(st.lists(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=80), min_size=1))
def test_names_that_we_wrote_come_back(written: list[str]) -> None:
    body = csv_file(["name"], [{"name": name} for name in written])
    assert names_list.names(body) == list(dict.fromkeys(written))


@given(st.binary(max_size=400))
def test_whatever_bytes_come_there_are_names_or_a_refusal(body: bytes) -> None:
    for begin in (b"", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:", b"name\r\n"):
        try:
            assert names_list.names(begin + body + b"\r\nEND:VCARD\r\n")
        except Refused as refused:
            assert refused.code.startswith("names_")
