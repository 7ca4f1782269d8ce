"""Reaching out: a message on its way into the person's own app. Nothing is sent from here."""

import re
from urllib.parse import quote

LONGEST_ENCODED = 4_500  # an address longer than that is cut by some browsers
# A name in braces, words in brackets of any kind, a word between angle brackets, a line to write on.
_GAP = re.compile(
    r"[{｛]\s*[^\W\d_][^{}｛｝\n]{0,39}[}｝]|[\[［【][^\[\]［］【】\n]{1,60}[\]］】]"
    r"|[<＜][^\W\d_][^<>＜＞\n]{1,39}[>＞]|_{2,}"
)
LONGEST_LINK = 1_500  # characters of a message: longer ones are cut short by some phones on the way into their app


def sms_link(text: str) -> str:
    """Opens the phone's messages with the text, nobody chosen yet: `?&` is what iOS and Android both understand."""
    return f"sms:?&body={_encoded(text)}"


def mail_link(text: str) -> str:
    """Opens the mail program with the text; its lines end as RFC 6068 wants it."""
    return "mailto:?body=" + _encoded(re.sub(r"\r\n?|\n", "\r\n", text))


def whatsapp_link(text: str) -> str:
    """Opens WhatsApp with the text, where one chooses whom it is for."""
    return f"https://wa.me/?text={_encoded(text)}"


def gaps(text: str, name: str = "") -> list[str]:
    """What a starter left open and nobody filled, such as `{name}` or `[our song]`, in the order it stands there.

    What stands within the `name` of whom it is for is theirs, and no gap.
    """
    own = [found.span() for found in re.finditer(re.escape(name), text)] if name else []
    open_still = (
        found for found in _GAP.finditer(text) if not any(a <= found.start() and found.end() <= b for a, b in own)
    )
    return list(dict.fromkeys(found[0] for found in open_still))


def fits_a_link(text: str) -> bool:
    """Whether the text is short enough to be handed over whole, also once it is encoded."""
    return len(text) <= LONGEST_LINK and len(_encoded(text)) <= LONGEST_ENCODED


def _encoded(text: str) -> str:
    """Percent-encoded UTF-8; half a character, which no app could show, becomes a question mark."""
    return quote(text.encode("utf-8", "replace"), safe="")
