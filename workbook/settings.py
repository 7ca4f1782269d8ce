"""What the host decides, read from the environment once at start."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SOMEWHERE_ELSE = "https://www.bbc.com/weather"  # where “Leave this page” goes: plain, and believable
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_LINE = 300
SECRETS = ROOT / ".streamlit" / "secrets.toml"
SHORTEST_COACH_CODE = 16
FEWEST_SIGNS = 8
YES = ("1", "yes", "true", "on")
NO = ("", "0", "no", "false", "off")


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
    coach_code: str = ""

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
    folder = Path(environment.get("WORKBOOK_DATA") or "data").expanduser()
    folder = folder if folder.is_absolute() else ROOT / folder
    demo = _yes_or_no(environment, "WORKBOOK_DEMO")
    return Settings(
        folder=folder / "demo" if demo else folder,
        demo=demo,
        public_url=_public_url(environment.get("WORKBOOK_URL", "").strip()),
        operator=_line(environment, "WORKBOOK_OPERATOR"),
        contact=_line(environment, "WORKBOOK_CONTACT"),
        country=_line(environment, "WORKBOOK_COUNTRY"),
        retention=_line(environment, "WORKBOOK_RETENTION"),
        leave_to=_leave_to(environment.get("WORKBOOK_LEAVE_TO", "").strip()),
        coach_code=_coach_code(environment),
    )


def _coach_code(environment: Mapping[str, str]) -> str:
    """The code by which the host lets one person become a coach: from the environment, or `coach_code` in the secrets."""
    code = environment.get("WORKBOOK_COACH_CODE", "").strip() or _secret("coach_code")
    bare = "".join(c for c in code if c.isalnum())
    if code and (len(bare) < SHORTEST_COACH_CODE or len(set(bare)) < FEWEST_SIGNS):
        raise SettingTrouble(
            f"WORKBOOK_COACH_CODE is easy to guess. Give it {SHORTEST_COACH_CODE} random letters and digits or more, "
            "or leave it out: `make coach` makes one."
        )
    return code


def _secret(name: str) -> str:
    try:
        found = tomllib.loads(SECRETS.read_text("utf-8")).get(name, "")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError):
        raise SettingTrouble(f"{SECRETS.name} cannot be read as TOML. Mend it, or take it away.") from None
    return str(found).strip()


def _yes_or_no(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip().lower()
    if value not in (*YES, *NO):
        raise SettingTrouble(f"{name} is “{_shown(value)}”. Set it to 1, or leave it out.")
    return value in YES


def _public_url(given: str) -> str:
    url = given.rstrip("/")
    if not url:
        return ""
    if not re.fullmatch(r"https?://(\[[0-9a-fA-F:.]+\]|[^\s/?#@:\\\[\]]+)(:\d{1,5})?", url) or not _has_port(url):
        raise SettingTrouble(
            f"WORKBOOK_URL is “{_shown(given)}”. It must look like https://notes.example.org, without a path."
        )
    if url.startswith("http://") and (urlsplit(url).hostname or "") not in LOOPBACK:
        raise SettingTrouble(
            f"WORKBOOK_URL is “{_shown(given)}”, without HTTPS: others on the way could read everything. "
            "Put the workbook behind HTTPS and give its https:// address."
        )
    return re.sub(r"(?<=https:)(//.*):443$|(?<=http:)(//.*):80$", r"\1\2", url)  # browsers leave these out


def _has_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _leave_to(given: str) -> str:
    """Where “Leave this page” leads: shown as a link, so nothing but a page on the web."""
    if given and not re.fullmatch(r"https?://[^\s/?#@\"'<>\\]+([/?#][^\s\"'<>\\]*)?", given):
        raise SettingTrouble(f"WORKBOOK_LEAVE_TO is “{_shown(given)}”. It must be a page such as {SOMEWHERE_ELSE}.")
    return given or SOMEWHERE_ELSE


def _line(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if len(value) > LONGEST_LINE or not value.isprintable():
        raise SettingTrouble(f"{name} must be one line of at most {LONGEST_LINE} letters. Shorten or correct it.")
    return value


def _shown(value: str) -> str:
    """A setting as it can be quoted on one line."""
    return "".join(c if c.isprintable() else "?" for c in value)[:100]


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
