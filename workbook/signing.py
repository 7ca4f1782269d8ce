"""Rules for sign-in names, passphrases and recovery codes. No clock, no storage: it only says what is acceptable."""

import unicodedata

from workbook.refused import Refused

NAME_LONGEST = 40
PASSPHRASE_SHORTEST = 15
PASSPHRASE_LONGEST_BYTES = 72
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_LENGTH = 20  # 5 bits each: 100 bits


def folded(name: str) -> str:
    """A sign-in name as it is compared: NFKC, case-folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def accept_name(name: str) -> str:
    """The name as it will be shown; refuses empty, over-long and unprintable ones."""
    shown = " ".join(name.split())
    if not shown:
        raise Refused("name_empty")
    if len(shown) > NAME_LONGEST:
        raise Refused("name_long", most=NAME_LONGEST)
    if not folded(shown) or any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in shown):
        raise Refused("name_odd")
    return shown


def accept_passphrase(passphrase: str, name: str) -> str:
    """The passphrase, exactly as typed: at least 15 characters and at most 72 UTF-8 bytes (bcrypt reads no more).

    No rules about capitals or digits (NIST SP 800-63B-4); only what is easily guessed is refused.
    """
    if len(passphrase) < PASSPHRASE_SHORTEST:
        raise Refused("passphrase_short", least=PASSPHRASE_SHORTEST)
    if not _encodable(passphrase) or "\x00" in passphrase:
        raise Refused("passphrase_odd")
    if len(passphrase.encode()) > PASSPHRASE_LONGEST_BYTES:
        raise Refused("passphrase_long", most=PASSPHRASE_LONGEST_BYTES)
    if _easily_guessed(folded(passphrase), folded(name)):
        raise Refused("passphrase_guessable")
    return passphrase


def _encodable(text: str) -> bool:
    return not any(unicodedata.category(c) == "Cs" for c in text)


def _easily_guessed(passphrase: str, name: str) -> bool:
    bare = passphrase.replace(" ", "")
    without_name = bare.replace(name.replace(" ", ""), "") if name else bare
    return (
        len(set(bare)) < 5 or len(without_name) < 8 or _repeats(bare) or without_name.strip("0123456789!.") in _COMMON
    )


def _repeats(text: str) -> bool:
    """Whether the text is one short piece over and over."""
    return any(len(text) % n == 0 and text == text[:n] * (len(text) // n) for n in range(1, 9) if n < len(text))


_COMMON = {
    "passwordpassword",
    "passwordpasswordpassword",
    "thisismypassword",
    "thisismypassphrase",
    "correcthorsebatterystaple",
    "qwertyuiopasdfgh",
    "qwertyuiopasdfghjkl",
    "abcdefghijklmno",
    "abcdefghijklmnop",
    "iloveyouiloveyou",
    "letmeinletmein",
    "podworkbook",
    "mypodworkbook",
}


def tidy_code(code: str) -> str:
    """A recovery code as it is compared: capitals, no spaces or hyphens, look-alikes read as meant."""
    bare = "".join(c for c in code.upper() if c.isalnum())
    return bare.translate(str.maketrans("ILO", "110"))


def spaced_code(code: str) -> str:
    """A recovery code as it is shown: groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
