"""Codes that are told once and written down: to get back in, and to become a coach. Only their fingerprints are kept."""

import hashlib
import secrets
from datetime import datetime

from workbook import signing
from workbook.store import groups
from workbook.store.opening import Store


def fresh() -> str:
    """A new code: 100 random bits in letters and digits that are not mistaken for one another."""
    return "".join(secrets.choice(signing.CODE_ALPHABET) for _ in range(signing.CODE_LENGTH))


def fingerprint(secret: str) -> str:
    """What is kept of something told once: SHA-256 in hex, which is enough for so many random bits."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def new_coach_code(store: Store, now: datetime) -> str:
    """A code that makes one person a coach, spaced for reading out; an earlier one not used yet stops working."""
    code = fresh()
    groups.add_code(store, fingerprint(code), now)
    return signing.spaced_code(code)
