"""Hashing and checking passphrases, the one file that knows streamlit-authenticator; and what many people pick."""

from functools import cache

from streamlit_authenticator.utilities.hasher import Hasher
from xkcdpass import xkcd_password

from workbook.settings import ROOT, SettingTrouble
from workbook.signing import Common, bare

COMMON = ROOT / "seeds" / "common"


def hashed(passphrase: str) -> str:
    """The bcrypt hash (cost 12) of a passphrase of at most 72 UTF-8 bytes."""
    return str(Hasher.hash(passphrase))


def fits(passphrase: str, kept_hash: str) -> bool:
    """Whether the passphrase is the one that was hashed; exactly, spaces included."""
    return bool(Hasher.check_pw(passphrase, kept_hash))


# Compared with when the name is unknown, so that known and unknown names take the same time.
NOBODYS_HASH = "$2b$12$xkYvJKN0wsEgg1cy/Q0fPOVTxc19f9QPd6Y4B5xVHGSVs1aRJ2uUC"


@cache
def common() -> Common:
    """What many people pick, from `seeds/common`; SettingTrouble where the lists are not there to be read."""
    return Common(phrases=_listed("phrases.txt"), words=_listed("words.txt"))


@cache
def proposed() -> tuple[str, ...]:
    """The words of proposed passphrases: some 4,000 of the EFF's long list, twelve bits each, without the unkind ones."""
    words = xkcd_password.generate_wordlist(xkcd_password.locate_wordfile("eff-long"), min_length=3, max_length=7)
    return tuple(sorted(set(words) - _listed("unkind.txt")))


def _listed(name: str) -> frozenset[str]:
    try:
        lines = (COMMON / name).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise SettingTrouble(f"seeds/common/{name} cannot be read. Put it back as it came with the workbook.") from None
    return frozenset(bare(line) for line in lines if line and not line.startswith("#"))
