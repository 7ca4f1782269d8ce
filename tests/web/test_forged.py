"""A coach who forges what a page sends: another coach's ids in addresses and in the state of widgets open nothing."""

from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.characters import book_of, open_session, person
from tests.conftest import StartServer
from tests.protocol import open_page
from workbook import codes, content, gate
from workbook.coach_desk import CoachDesk
from workbook.coaching import SCOPES, Group
from workbook.house import utc_now
from workbook.settings import ROOT
from workbook.store import groups
from workbook.store.opening import Store, open_store

ADAS, MARAS = "Ada among friends", "The circle by the sea"
WORDS = content.load(ROOT / "seeds" / "en")


def signed_in_coach(store: Store, name: str) -> tuple[CoachDesk, str]:
    """A coach and the cookie of their browser."""
    coach_id, cookie, now = person(store, name), gate.fresh_cookie(), utc_now()
    assert groups.spend_code(store, coach_id, coach_id, now, in_settings=True)
    open_session(store, coach_id, codes.fingerprint(cookie), now, now + gate.THIS_VISIT, kept=False)
    return CoachDesk(store, WORDS, coach_id, utc_now), cookie


@pytest.mark.promise("consent_field_matrix")
def test_ids_of_another_coach_in_addresses_and_widgets_open_nothing(server: StartServer, tmp_path: Path) -> None:
    store = open_store(tmp_path / "data", now=utc_now())
    mara, maras = signed_in_coach(store, "Mara")
    lena, lenas = signed_in_coach(store, "Lena")
    hers = mara.make_group(Group(MARAS, "Mara"))
    own = [lena.make_group(Group(name, "Lena")) for name in ("Mondays", "Fridays")]
    ada = book_of(store, WORDS, utc_now, "Ada")  # type: ignore[arg-type]
    ada.add_member("Noor", place="core")
    ada.sharing.join(mara.invite(hers), called=ADAS, scopes=SCOPES)
    membership = mara.people(hers)[0].membership_id
    store.close()
    port = server(tmp_path / "data").port

    for address, query in (("coach-person", f"g={hers}&id={membership}"), ("coach", f"g={hers}")):
        assert ADAS in " ".join(open_page(port, address, maras, query).texts), "their own coach sees them"
    for address, query in (
        ("coach-person", f"g={hers}&id={membership}"),
        ("coach-person", f"g={own[0]}&id={membership}"),
        ("coach-group", f"id={hers}"),
        ("coach", f"g={hers}"),
    ):
        page = open_page(port, address, lenas, query)
        told = " ".join([*page.texts, *page.widgets])
        assert ADAS not in told and MARAS not in told and "Noor" not in told, address
    page = open_page(port, "coach", lenas)
    _, chosen = next(found for label, found in page.widgets.items() if label.startswith("Group"))
    for forged in (hers, MARAS, "", "Mondays (2)"):
        page.states[chosen] = WidgetState(id=chosen, string_value=forged)
        page.run()
        told = " ".join([*page.texts, *page.widgets])
        assert ADAS not in told and MARAS not in told and "Something went wrong" not in told, forged
