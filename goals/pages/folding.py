"""Saves close together are shown as one: whoever types saves many times, and means the last."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from goals.models import Revision
from goals.models.revisions import SAID_IN
from peersupport.lib.keyset import Page, page

CLOSE = timedelta(minutes=10)
SIZE = 20  # on a page, saves that were folded into one counted once
_WINDOW = 200  # saves that are looked at to fill a page


def folded(saves: Iterable[Revision]) -> list[list[Revision]]:
    """Newest first, as they came. In a group: the same author, row and fields, and nobody else in these in between."""
    groups: list[list[Revision]] = []
    last: dict[tuple[UUID | None, str], list[Revision]] = {}  # of each field of a row, the group that wrote it last
    for save in saves:
        places = [(save.step_id, name) for name in (*save.changed, *save.set_beside)]
        found = [last.get(place) for place in places]
        group = found[0] if found else None
        if group is None or any(other is not group for other in found) or not goes_on(save, group[-1]):
            group = []
            groups.append(group)
        group.append(save)
        last |= dict.fromkeys(places, group)
    return groups


def goes_on(save: Revision, later: Revision) -> bool:
    """Whether `later` is the same person writing on where `save` left off."""
    if not (_typed(save) and _typed(later) and _shape(save) == _shape(later)):
        return False
    return later.continues_id == save.pk or later.at - save.at <= CLOSE


def _typed(save: Revision) -> bool:
    """Texts only: a choice is one of the facts, and so is which of two texts was kept."""
    facts = [name for name in save.facts if not name.startswith(SAID_IN)]
    return save.base_version > 0 and not (facts or save.restores_id)


def _shape(save: Revision) -> tuple[Any, ...]:
    return save.author_id, save.told, save.step_id, save.changed, save.set_beside


def page_of_saves(rows: Any, position: str) -> Page:
    """As many saves as fold into `SIZE`: two queries, however many there are."""
    found = page(rows.facts(), "at", position, _WINDOW)
    newer = position.startswith(">")
    number = {save.pk: index for index, group in enumerate(folded(found.rows)) for save in group}
    seen: set[int] = set()
    most = 0
    for save in reversed(found.rows) if newer else found.rows:
        seen.add(number[save.pk])
        if len(seen) > SIZE:
            break
        most += 1
    return page(rows, "at", position, max(most, 1))
