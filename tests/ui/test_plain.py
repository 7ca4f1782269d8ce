"""What a person typed, made safe for a label."""

import pytest

from workbook.ui.plain import plain


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        (
            "If you like, what (else) would it be? It's yours; 50%.",
            "If you like, what (else) would it be? It's yours; 50%.",
        ),
        ("If this happens:", "If this happens:"),
        ("June *b* _c_ `d`", r"June \*b\* \_c\_ \`d\`"),
        ("<b>$x$</b> &amp;", r"\<b\>\$x\$\</b\> \&amp;"),
        ("![x](y.png)", r"\!\[x\](y\.png)"),
        ("1. June", r"1\. June"),
        ("- June", r"\- June"),
        ("a\nb", "a b"),
    ],
)
def test_only_marks_that_would_mean_something_are_escaped(typed: str, label: str) -> None:
    assert plain(typed) == label


@pytest.mark.parametrize(
    "typed", [":smile:", ":material/home:", ":red[x]", "a -> b", "a -- b", "http://x.y", "www.x.y", "me@x.y"]
)
def test_icons_arrows_and_addresses_are_broken_unseen(typed: str) -> None:
    assert "\u2060" in plain(typed)
    assert plain(typed).replace("\u2060", "").replace("\\", "") == typed
