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
        return _decoded(written, "WORKBOOK_KEY")
    path = Path(os.environ.get("WORKBOOK_KEY_FILE") or folder / "key" / "host.key")
    if path.exists():
        _refuse_open_to_others(path)
        return _decoded(path.read_text("ascii", "replace"), str(path))
    if not may_make:
        raise KeyTrouble(f"The key is missing. Put your copy back at {path}, or set WORKBOOK_KEY, and start again.")
    return _made(path)


def _decoded(written: str, source: str) -> bytes:
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
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    _write_new(path, base64.urlsafe_b64encode(key) + b"\n")
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


class PersonKeys:
    """One data key per person, wrapped by the host key, in a file beside the database and outside its backups.

    Destroying a line makes that person's words unreadable at once, in old backups too.
    """

    def __init__(self, folder: Path, host: bytes) -> None:
        self._path = folder / "person-keys.jsonl"
        self._copy = folder / "person-keys.copy.jsonl"
        self._wrapping = AESGCM(derived(host, "wrap person keys"))
        self._naming = derived(host, "find sign-in names")
        self._lock = threading.Lock()
        self._wrapped = self._read()
        self._sealers: dict[str, Sealer] = {}

    def name_mark(self, name: str) -> str:
        """The keyed fingerprint by which a sign-in name is found (HMAC-SHA256, hex)."""
        return hmac.new(self._naming, name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def make(self, person_id: str) -> Sealer:
        """A new person's key, on disk before this returns."""
        nonce = os.urandom(NONCE_BYTES)
        wrapped = nonce + self._wrapping.encrypt(nonce, secrets.token_bytes(KEY_BYTES), person_id.encode())
        with self._lock:
            self._wrapped[person_id] = base64.b64encode(wrapped).decode()
            self._write()
        return self.sealer(person_id)

    def sealer(self, person_id: str) -> Sealer:
        """The sealer of one person; KeyTrouble where their key is gone or the host key has changed."""
        if person_id not in self._sealers:
            self._sealers[person_id] = Sealer(self._unwrapped(person_id), person_id)
        return self._sealers[person_id]

    def destroy(self, person_id: str) -> None:
        """Forget a person's key for good, in the file and in its copy."""
        with self._lock:
            self._wrapped.pop(person_id, None)
            self._sealers.pop(person_id, None)
            self._write()

    def check(self) -> None:
        """Refuse a host key that does not open the keys already here."""
        for person_id in list(self._wrapped)[:1]:
            self._unwrapped(person_id)

    def _unwrapped(self, person_id: str) -> bytes:
        if person_id not in self._wrapped:
            raise KeyTrouble("This person's key is gone, so their words cannot be read.")
        wrapped = base64.b64decode(self._wrapped[person_id])
        try:
            return self._wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], person_id.encode())
        except InvalidTag:
            raise KeyTrouble(
                "The host key does not fit the data. Put the key that belongs to this data folder back and start again."
            ) from None

    def _read(self) -> dict[str, str]:
        path = self._path if self._path.exists() else self._copy
        if not path.exists():
            return {}
        lines = path.read_text("ascii").splitlines()
        return {row["person"]: row["key"] for row in map(json.loads, filter(None, lines))}

    def _write(self) -> None:
        lines = "".join(json.dumps({"person": p, "key": k}) + "\n" for p, k in self._wrapped.items())
        for path in (self._path, self._copy):
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            _write_new(fresh, lines.encode())
            os.replace(fresh, path)
            _settle_folder(path.parent)


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _settle_folder(folder: Path) -> None:
    """A rename is durable only once its folder is."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
