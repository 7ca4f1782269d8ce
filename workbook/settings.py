"""What the host decides, read from the environment once at start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SOMEWHERE_ELSE = "https://www.bbc.com/weather"  # where “Leave this page” goes: plain, and believable
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingTrouble(Exception):
    """A setting is missing or wrong; `str()` tells the host which and what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The host's choices. `public_url` is empty while only this machine is served."""

    folder: Path
    demo: bool = False
    public_url: str = ""
    operator: str = ""
    contact: str = ""
    country: str = ""
    retention: str = ""
    leave_to: str = SOMEWHERE_ELSE

    @property
    def https(self) -> bool:
        """Whether people reach the workbook over HTTPS."""
        return self.public_url.startswith("https://")

    @property
    def public_host(self) -> str:
        """Host and port of the public address, as a browser sends them."""
        return urlsplit(self.public_url).netloc.lower()


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings; SettingTrouble where they do not hold together."""
    folder = Path(environment.get("WORKBOOK_DATA") or "data")
    folder = folder if folder.is_absolute() else ROOT / folder
    demo = environment.get("WORKBOOK_DEMO", "") not in ("", "0")
    url = environment.get("WORKBOOK_URL", "").rstrip("/")
    if url and not re.fullmatch(r"https?://[^\s/?#@]+", url):
        raise SettingTrouble(f"WORKBOOK_URL is “{url}”. It must look like https://notes.example.org, without a path.")
    url = re.sub(r"(?<=https:)(//.*):443$|(?<=http:)(//.*):80$", r"\1\2", url)  # browsers leave these out
    return Settings(
        folder=folder / "demo" if demo else folder,
        demo=demo,
        public_url=url,
        operator=environment.get("WORKBOOK_OPERATOR", "").strip(),
        contact=environment.get("WORKBOOK_CONTACT", "").strip(),
        country=environment.get("WORKBOOK_COUNTRY", "").strip(),
        retention=environment.get("WORKBOOK_RETENTION", "").strip(),
        leave_to=environment.get("WORKBOOK_LEAVE_TO", "").strip() or SOMEWHERE_ELSE,
    )


def refuse_unfit(settings: Settings, address: str | None) -> None:
    """Whoever serves others must say who they are: people decide by it what they write."""
    beyond = bool(settings.public_url) or (address or "") not in LOOPBACK
    if beyond and not settings.public_url:
        raise SettingTrouble(
            "The workbook would listen beyond this machine. Set WORKBOOK_URL to the address people will use, "
            "or start it with --server.address 127.0.0.1."
        )
    wanted = {
        "WORKBOOK_OPERATOR": settings.operator,
        "WORKBOOK_CONTACT": settings.contact,
        "WORKBOOK_COUNTRY": settings.country,
        "WORKBOOK_RETENTION": settings.retention,
    }
    missing = [name for name, value in wanted.items() if not value]
    if beyond and missing:
        raise SettingTrouble(
            f"Set {', '.join(missing)}: people must be able to read who runs this server, how to reach them, "
            "in which country it stands and how long what they write is kept."
        )
