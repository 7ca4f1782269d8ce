"""What the campaigns share; the long ones run only when they are asked for."""

from collections.abc import Iterator

import pytest

from tests.campaign.killing import Workshop


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long campaigns to `make campaign`."""
    if "campaign" not in config.option.markexpr:
        long = [item for item in items if item.get_closest_marker("campaign")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    """Processes to kill."""
    opened = Workshop()
    yield opened
    opened.close()
