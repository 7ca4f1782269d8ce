"""Words are sealed: AES-256-GCM with one key per person, wrapped by the host key."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import stat
import threading
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workbook.store.files import move, replace, write_new
from workbook.store.folder import unwritable

NONCE_BYTES = 12
KEY_BYTES = 32
PAD_BLOCK = 64  # sealing keeps the length; without padding a short choice would give itself away
PAD_MARK = b"\x80"


class KeyTrouble(Exception):
    """A key is missing, weak or does not fit; `str()` says what to do, for the host."""


def host_key(folder: Path, *, may_make: bool) -> bytes:
    """The 32-byte host key: from WORKBOOK_KEY, WORKBOOK_KEY_FILE, or `key/host.key` in the data folder.

    Made on the first start only (`may_make`): where data already exists a missing key is refused,
    because a new one could never open the words again.
    """
    written = os.environ.get("WORKBOOK_KEY", "")
    if written:
        return decoded(written, "WORKBOOK_KEY")
    path = key_path(folder)
    try:
        if path.exists():
            return _read_key(path)
        if not may_make:
            raise KeyTrouble(f"The key is missing. Put your copy back at {path}, or set WORKBOOK_KEY, and start again.")
        return _made(path)
    except OSError as error:
        raise KeyTrouble(
            f"The key file {path} cannot be used ({error.strerror}). Let this user read and write it, and start again."
        ) from None


def key_path(folder: Path) -> Path:
    """Where the host key lies, unless WORKBOOK_KEY holds it."""
    return Path(os.environ.get("WORKBOOK_KEY_FILE") or folder / "key" / "host.key")


def _read_key(path: Path) -> bytes:
    _refuse_open_to_others(path)
    return decoded(path.read_text("ascii", "replace"), str(path))


def decoded(written: str, source: str) -> bytes:
    """The 32 bytes of a key as it is written down; KeyTrouble where it is no such key, or a weak one."""
    try:
        key = base64.urlsafe_b64decode(written.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES or len(set(key)) < KEY_BYTES // 4:
        raise KeyTrouble(
            f"The key in {source} is not 32 random bytes in base64. Put the right key there and start again."
        )
    return key


def _refuse_open_to_others(path: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyTrouble(f"Others on this machine can read the key. Run: chmod 600 {path}")


def _made(path: Path) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace(path, base64.urlsafe_b64encode(key) + b"\n")
    except OSError as error:
        remedy = "Make room there, or choose a place this user may write."
        raise KeyTrouble(f"No key can be made at {path} ({error.strerror}). {remedy}") from None
    return key


def derived(key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose, by HKDF-SHA256 (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def _padded(plain: bytes) -> bytes:
    """The bytes, a mark, and zeros up to the next block: “yes” and “not sure” look alike (ISO/IEC 7816-4 padding)."""
    marked = plain + PAD_MARK
    return marked + bytes(-len(marked) % PAD_BLOCK)


class Sealer:
    """Seals and opens one person's words; a value moved to another row or column no longer opens."""

    def __init__(self, key: bytes, person_id: str) -> None:
        self._aes = AESGCM(key)
        self._person_id = person_id

    def seal(self, words: str, table: str, row: str, column: str) -> bytes:
        """Nonce and ciphertext of `words`, bound to its place."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aes.encrypt(nonce, _padded(words.encode()), self._bound(table, row, column))

    def open(self, sealed: bytes, table: str, row: str, column: str) -> str:
        """The words again; raises KeyTrouble where the key or the place does not fit."""
        try:
            plain = self._aes.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._bound(table, row, column))
        except InvalidTag:
            raise KeyTrouble("A sealed value does not open with this key.") from None
        return plain.rpartition(PAD_MARK)[0].decode()

    def _bound(self, table: str, row: str, column: str) -> bytes:
        return "|".join((self._person_id, table, row, column)).encode()


NAMES = ""  # stands where a person's id would: the key by which sign-in names are found, once the host key has changed


class PersonKeys:
    """One data key per person, wrapped by the host key, in a file beside the database and outside its backups.

    Destroying a key makes that person's words unreadable at once, in old backups too. In its place stays a fingerprint
    of their random id: it tells a deleted person, whose rows must go, from keys that were lost and must be put back.
    """

    def __init__(self, folder: Path, host: bytes) -> None:
        self._folder = folder
        self._path = folder / "person-keys.jsonl"
        self._copy = folder / "person-keys.copy.jsonl"
        self._lock = threading.Lock()
        self._wrapped, self._gone = self._read()
        self._sealers: dict[str, Sealer] = {}
        self._wrapping = _wrapping(self._finish_rotation(host))
        self._naming = self._unwrapped(NAMES) if NAMES in self._wrapped else derived(host, "find sign-in names")

    def name_mark(self, name: str) -> str:
        """The keyed fingerprint by which a sign-in name is found (HMAC-SHA256, hex)."""
        return hmac.new(self._naming, name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def make(self, person_id: str) -> Sealer:
        """A new person's key, on disk before this returns."""
        with self._lock:
            self._write(self._wrapped | {person_id: _wrap(self._wrapping, person_id, secrets.token_bytes(KEY_BYTES))})
        return self.sealer(person_id)

    def sealer(self, person_id: str) -> Sealer:
        """The sealer of one person; KeyTrouble where their key is gone or the host key has changed."""
        if person_id not in self._sealers:
            self._sealers[person_id] = Sealer(self._unwrapped(person_id), person_id)
        return self._sealers[person_id]

    def destroy(self, person_id: str) -> None:
        """Forget a person's key for good, in the file and in its copy."""
        with self._lock:
            left = {other: key for other, key in self._wrapped.items() if other != person_id}
            self._write(left, self._gone | {_fingerprint(person_id)})
            self._sealers.pop(person_id, None)

    def has(self, person_id: str) -> bool:
        """Whether a person's key is here."""
        return person_id in self._wrapped

    def destroyed(self, person_id: str) -> bool:
        """Whether a person's key was here and has been destroyed."""
        return _fingerprint(person_id) in self._gone

    def check(self) -> None:
        """Refuse a host key that does not open the keys already here, and bring a copy left behind by a crash up to date."""
        for person_id in list(self._wrapped)[:1]:
            self._unwrapped(person_id)
        there = [path.read_bytes() for path in (self._path, self._copy) if path.exists()]
        if there and there != [_lines(self._wrapped, self._gone)] * 2:
            self._write(self._wrapped)

    def rewrap(self, new_host: bytes) -> None:
        """Wrap every key with another host key: what the old one was good for, only the new one is good for now."""
        with self._lock:
            plain = {person_id: self._unwrapped(person_id) for person_id in self._wrapped} | {NAMES: self._naming}
            wrapping = _wrapping(new_host)
            self._write({person_id: _wrap(wrapping, person_id, key) for person_id, key in plain.items()})
            self._wrapping = wrapping

    def _finish_rotation(self, host: bytes) -> bytes:
        """The host key in force. A rotation cut short left its new key beside the old; the wrapped keys say which holds."""
        path = key_path(self._folder)
        fresh = path.with_name(path.name + ".next")
        if os.environ.get("WORKBOOK_KEY") or not fresh.exists():
            return host
        new = _read_key(fresh)
        if not all(_opens(_wrapping(new), person_id, wrapped) for person_id, wrapped in self._wrapped.items()):
            fresh.unlink()
            return host
        move(fresh, path)
        return new

    def _unwrapped(self, person_id: str) -> bytes:
        if person_id not in self._wrapped:
            raise KeyTrouble("This person's key is gone, so their words cannot be read.")
        try:
            return _unwrap(self._wrapping, person_id, self._wrapped[person_id])
        except InvalidTag:
            raise KeyTrouble(
                "The host key does not fit the data. Put the key that belongs to this data folder back and start again."
            ) from None

    def _read(self) -> tuple[dict[str, str], set[str]]:
        """The keys; the copy serves where the file is lost or damaged."""
        there = [path for path in (self._path, self._copy) if path.exists()]
        for path in there:
            try:
                rows = [json.loads(line) for line in path.read_text("ascii").splitlines()]
                keys = {row["person"]: row["key"] for row in rows if "key" in row}
                return keys, {row["gone"] for row in rows if "gone" in row}
            except (ValueError, KeyError, TypeError):
                continue
        if there:
            raise KeyTrouble(f"The file of keys {self._path} is damaged. Put your copy of it back and start again.")
        return {}, set()

    def _write(self, wrapped: dict[str, str], gone: set[str] | None = None) -> None:
        """Hold these keys from here on, once they are on the disk; StoreTrouble, and nothing changed, where they cannot be."""
        gone = self._gone if gone is None else gone
        try:
            replace(self._path, _lines(wrapped, gone))
        except OSError as error:
            raise unwritable(self._folder, error) from None
        self._wrapped, self._gone = wrapped, gone
        try:
            replace(self._copy, _lines(wrapped, gone))
        except OSError:
            self._copy.unlink(missing_ok=True)  # rather none than one that holds a key just destroyed


def _lines(wrapped: dict[str, str], gone: set[str]) -> bytes:
    rows = [{"person": person_id, "key": key} for person_id, key in wrapped.items()]
    return "".join(json.dumps(row) + "\n" for row in [*rows, *({"gone": one} for one in sorted(gone))]).encode()


def rotate(folder: Path, keys: PersonKeys, new: bytes | None) -> None:
    """Change the host key, to `new` or to one made here; killed at any moment, the old key or the new one holds.

    Where WORKBOOK_KEY holds the key only the host can put the new one there, so `new` must be given.
    """
    path = key_path(folder)
    in_file = not os.environ.get("WORKBOOK_KEY")
    if new is None and not in_file:
        raise KeyTrouble("The key is in WORKBOOK_KEY. Set WORKBOOK_NEW_KEY to the one that shall take its place.")
    new = new or secrets.token_bytes(KEY_BYTES)
    fresh = path.with_name(path.name + ".next")
    if in_file:
        fresh.unlink(missing_ok=True)
        write_new(fresh, base64.urlsafe_b64encode(new) + b"\n")
    keys.rewrap(new)
    if in_file:
        move(fresh, path)


def _fingerprint(person_id: str) -> str:
    return hashlib.sha256(person_id.encode()).hexdigest()


def _wrapping(host: bytes) -> AESGCM:
    return AESGCM(derived(host, "wrap person keys"))


def _wrap(wrapping: AESGCM, person_id: str, key: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + wrapping.encrypt(nonce, key, person_id.encode())).decode()


def _unwrap(wrapping: AESGCM, person_id: str, wrapped: str) -> bytes:
    sealed = base64.b64decode(wrapped)
    return wrapping.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], person_id.encode())


def _opens(wrapping: AESGCM, person_id: str, wrapped: str) -> bool:
    try:
        return len(_unwrap(wrapping, person_id, wrapped)) == KEY_BYTES
    except InvalidTag:
        return False
