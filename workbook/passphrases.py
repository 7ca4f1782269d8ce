"""Hashing and checking passphrases: the one file that knows streamlit-authenticator."""

from streamlit_authenticator.utilities.hasher import Hasher


def hashed(passphrase: str) -> str:
    """The bcrypt hash (cost 12) of a passphrase of at most 72 UTF-8 bytes."""
    return str(Hasher.hash(passphrase))


def fits(passphrase: str, kept_hash: str) -> bool:
    """Whether the passphrase is the one that was hashed; exactly, spaces included."""
    return bool(Hasher.check_pw(passphrase, kept_hash))


# Compared with when the name is unknown, so that known and unknown names take the same time.
NOBODYS_HASH = "$2b$12$xkYvJKN0wsEgg1cy/Q0fPOVTxc19f9QPd6Y4B5xVHGSVs1aRJ2uUC"
