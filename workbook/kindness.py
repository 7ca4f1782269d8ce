"""The quiet question that follows noted kindness: does their ring still feel right? Pure; nobody is moved by it."""

from collections.abc import Iterable, Mapping

MOMENTS = 3  # noted moments before it is asked, and again after each answer


def moments(noted: Iterable[Iterable[str]]) -> dict[str, int]:
    """How often each member was noted; twice at one time is once."""
    counts: dict[str, int] = {}
    for together in noted:
        for member_id in set(together):
            counts[member_id] = counts.get(member_id, 0) + 1
    return counts


def to_ask_about(counts: Mapping[str, int], answered_at: Mapping[str, int]) -> list[str]:
    """The members to ask about: noted three times since the question was last answered or put off; the most noted first."""
    due = [m for m, count in counts.items() if count - answered_at.get(m, 0) >= MOMENTS]
    return sorted(due, key=lambda m: (-counts[m], m))
