"""A plain list of names: a CSV with a name column, or an address book as vCards. Pure: no clock, no storage."""

import csv
import io
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator

import vobject
from vobject.base import VObjectError

from workbook import answers as core
from workbook.bundle import is_spreadsheet
from workbook.csv_files import decoded, neutralise, restore, split_at
from workbook.refused import Refused

LARGEST = 10_000_000  # bytes
MOST = 5000  # names
# Over which columns address books in Europe's larger languages write a name: whole, or the parts of one.
WHOLE = """full name|fullname|display name|fn|vollständiger name|anzeigename|nom complet|nom affiché|nombre completo
    |nome completo|nome visualizzato|volledige naam|weergavenaam"""
PLAIN = "name|names|nom|noms|nombre|nombres|nome|nomi|nomes|naam|namen|imię i nazwisko|имя и фамилия"
FIRST = """first name|firstname|given name|given names|forename|vorname|vornamen|prénom|prénoms|prenom|voornaam|nombre de pila
    |primeiro nome|imię|förnamn|fornavn|etunimi|имя|ім'я|όνομα|ad"""
MIDDLE = """middle name|additional name|weitere vornamen|zweiter vorname|2. vorname|deuxième prénom|segundo nombre|secondo nome
    |segundo nome|tussenvoegsel|отчество"""
LAST = """last name|lastname|family name|surname|nachname|familienname|nom de famille|apellido|apellidos|cognome|achternaam
    |sobrenome|apelido|último nome|nazwisko|efternamn|efternavn|etternavn|sukunimi|фамилия|прізвище|επώνυμο|soyad"""
NICKNAME = "nickname|spitzname|surnom|apodo|soprannome|bijnaam|alcunha"
OTHER = """file as|organization name|organization 1 - name|organisation|company|firma|société|empresa|azienda|bedrijf"""
MOST_CARDS = MOST_ROWS = 20_000
LONGEST_LINE = 1000  # letters
LONGEST_HEAD = 100  # letters before the colon
_BLANK = re.compile(r"\A[\s,;\"]*\n")
_AGENT = re.compile(r"(?:[\w-]{1,20}\.)?AGENT[;:]", re.IGNORECASE)  # somebody's card within another's
_NAMING = re.compile(r"(?:[\w-]{1,20}\.)?(?:FN|N|VERSION)[;:]", re.IGNORECASE)

# It writes lines that it cannot read into the log, and these are somebody's private words.
logging.getLogger("vobject.base").disabled = True


def names(body: bytes) -> list[str]:
    """The names in a file, each once, in its order; Refused where it is no such file, too big, or has no name in it."""
    if len(body) > LARGEST:
        raise Refused("names_large", most=LARGEST // 1_000_000)
    if body.startswith(b"PK"):
        raise Refused("names_spreadsheet" if is_spreadsheet(body) else "names_odd")
    text = _decoded(body)
    is_cards = re.match(r"\s*BEGIN:VCARD", text, re.IGNORECASE)
    found = list(dict.fromkeys(_kept(_of_cards(text) if is_cards else _of_table(text))))
    if not found:
        raise Refused("names_none")
    if len(found) > MOST:
        raise Refused("names_many", most=MOST)
    return found


def _decoded(body: bytes) -> str:
    try:
        text = decoded(body)
    except UnicodeDecodeError as why:
        raise Refused("names_encoding", row=body[: why.start].count(b"\n") + 1) from None
    if "\x00" in text:
        raise Refused("names_odd")
    return text


def _kept(found: Iterable[str]) -> Iterator[str]:
    """What may be a member's name; a longer one is cut, for the person sees each before they pick it."""
    for name in found:
        shown = " ".join(name.split())[: core.NAME_LONGEST].strip()
        if any(unicodedata.category(sign)[0] in "LMNPS" for sign in shown):
            yield shown


def _of_table(text: str) -> Iterator[str]:
    split, text = split_at(_without_blank_lines(text))
    table = csv.reader(io.StringIO(_without_blank_lines(text), newline=""), delimiter=split)
    try:
        first = next(table, None)
        if first is None:
            return
        header = [_folded(cell) for cell in first]
        called = _Called(header)
        if len(header) == 1:  # a plain list; a comma in it parts nothing
            yield from [first[0]] if not called.known else ()
            yield from (_as_written(split.join(cells)) for cells in _so_many(table))
        elif not called.known:
            raise Refused("names_column")
        else:
            yield from (called.name([_as_written(cell) for cell in cells]) for cells in _so_many(table))
    except csv.Error:
        raise Refused("names_odd") from None


def _without_blank_lines(text: str) -> str:
    """From the first line on that has anything in it."""
    return _BLANK.sub("", text)


def _so_many(table: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows, as far as anyone would look through; beyond that the list is refused before it holds the others up."""
    for number, cells in enumerate(table):
        if number >= MOST_ROWS:
            raise Refused("names_many", most=MOST)
        yield cells


class _Called:
    """Which columns of a list hold names, whole or in parts."""

    def __init__(self, header: list[str]) -> None:
        def among(words: str) -> list[int]:
            wanted = [_folded(word) for word in words.split("|")]
            return [header.index(word) for word in wanted if word in header]

        plain = among(PLAIN)
        first, middle, last = among(FIRST), among(MIDDLE), among(LAST)
        if plain and bool(first) != bool(last):  # “Name, Vorname”, “Nom, Prénom”, “Nombre, Apellidos”
            first, last, plain = first or plain, last or plain, []
        self._whole = [*among(WHOLE), *plain]
        self._parts = [part[0] for part in (first, middle, last) if part]
        self._others = [*among(NICKNAME), *among(OTHER)]
        self.known = bool(self._whole or self._parts or self._others)

    def name(self, cells: list[str]) -> str:
        """The name in one row: whole, else put together, else whatever else it is called."""
        together = " ".join(cells[at].strip() for at in self._parts if at < len(cells) and cells[at].strip())
        said = [*(cells[at] for at in self._whole if at < len(cells)), together]
        said += [cells[at] for at in self._others if at < len(cells)]
        return next((one for one in said if one.strip()), "")


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", " ".join(word.strip().strip("\ufeff\"' ").split())).lower()


def _as_written(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from more; that of “’t Hart” is part of the name."""
    bare = restore(cell)
    return bare if neutralise(bare) == cell else cell


def _of_cards(text: str) -> Iterator[str]:
    """One name from each card; a card that cannot be read is passed over, the others stay."""
    for written in _cards(text):
        try:
            card = vobject.readOne(written, ignoreUnreadable=True, allowQP=True)
        except (VObjectError, ValueError, LookupError, AttributeError, TypeError):
            continue
        names = [line.value for line in card.contents.get("fn", []) if isinstance(line.value, str)]
        yield next((name for name in names if name.strip()), _of_parts(card))


def _cards(text: str) -> Iterator[str]:
    """Each card with the lines that name someone alone: the rest of it is nobody's business, and may be made to stall us."""
    kept: list[str] | None = None
    count = within = 0
    before = ""
    for line in _whole_lines(text):
        mark = line.strip().upper()
        begins = mark == "BEGIN:VCARD" and bool(_AGENT.match(before))
        before = line if mark else before
        if kept is not None and (begins or (mark.endswith(":BEGIN:VCARD") and _AGENT.match(mark))):
            within += 1
        elif within:
            within -= mark == "END:VCARD"
        elif mark == "BEGIN:VCARD":
            kept = []
            count += 1
            if count > MOST_CARDS:
                raise Refused("names_many", most=MOST)
        elif mark == "END:VCARD" and kept is not None:
            yield "\r\n".join(["BEGIN:VCARD", *kept, "END:VCARD", ""])
            kept = None
        elif kept is not None and _NAMING.match(line) and 0 <= line.find(":") <= LONGEST_HEAD and len(kept) < 10:
            kept.append(line[:LONGEST_LINE])


def _whole_lines(text: str) -> Iterator[str]:
    """The lines with those joined that were folded, by a blank or, in quoted-printable, by a sign at the end."""
    whole: list[str] = []
    soft = False
    for line in io.StringIO(text, newline=None):
        line = line.removesuffix("\n")
        folded = line[:1] in (" ", "\t")
        if whole and not folded and not soft:
            yield "".join(whole)
            whole = []
        if soft:
            whole[-1] = whole[-1].removesuffix("=")
        whole.append(line[1:] if folded and whole else line)
        soft = line.endswith("=") and "QUOTED-PRINTABLE" in whole[0][:LONGEST_HEAD].upper()
    yield "".join(whole)


def _of_parts(card: vobject.base.Component) -> str:
    """The name put together from its parts, where a card has no other."""
    parts = [line.value for line in card.contents.get("n", [])]
    said = [getattr(parts[0], part, "") or "" for part in ("given", "family")] if parts else []
    return " ".join(" ".join(one) if isinstance(one, list) else str(one) for one in said)
