"""The program's phone lines, as a page shows them: those that are awake at this hour first."""

import zoneinfo
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Line, Program
from peersupport.lib.clock import now
from peersupport.lib.when import clock_time


@dataclass(frozen=True)
class ShownLine:
    name: str
    number: str
    what: str
    hours: str
    awake: bool
    text: str  # the number for texts, empty if it takes none


def lines_of(program: Program) -> list[ShownLine]:
    local = now().astimezone(zoneinfo.ZoneInfo(program.time_zone)).time()
    shown = []
    for line in Line.objects.filter(program=program):
        if line.opens is None or line.closes is None:
            hours, awake = _("Any hour."), True
        else:
            overnight = line.closes < line.opens
            awake = local >= line.opens or local < line.closes if overnight else line.opens <= local < line.closes
            hours = _("Every day, %(opens)s to %(closes)s.") % {
                "opens": clock_time(line.opens),
                "closes": clock_time(line.closes),
            }
        text = line.number if line.takes_texts else ""
        shown.append(ShownLine(line.named(), line.number, line.what(), hours, awake, text))
    return sorted(shown, key=lambda line: not line.awake)
