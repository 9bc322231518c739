"""The steps of a goal as stones on a path, drawn here: it prints, needs no script, and no style in the page."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goals.models import Step

register = template.Library()

IN_A_ROW = 6  # so that it fits beside a margin at 320 pixels
DOWN, EDGE = 48, 22
LONG, NEAR, FAR = 220, 44, 72  # how long a row is at most, and how far apart stones lie in it
_BESIDE = 15  # a step somebody let go lies this far off the path
_WAVE = (5, -5)
_KIND = {
    Step.Status.TO_DO: "ahead",
    Step.Status.DOING: "doing",
    Step.Status.DONE: "done",
    Step.Status.STUCK: "doing",
    Step.Status.CHANGED_MY_MIND: "aside",
}
Spot = tuple[int, int]


@register.simple_tag
def path_of(steps: Sequence[Step], own: bool) -> SafeString:
    """Nothing while there are no steps. Each stone differs in more than its color."""
    if not steps:
        return SafeString("")
    in_a_row = min(len(steps), IN_A_ROW)
    across = max(NEAR, min(FAR, LONG // max(in_a_row - 1, 1)))
    spots = [_spot(number, across) for number in range(len(steps))]
    width = EDGE * 2 + across * (in_a_row - 1)
    height = EDGE * 2 + DOWN * ((len(steps) - 1) // IN_A_ROW)
    stones = SafeString("".join(_stones(steps, spots)))  # only numbers and our own names: nothing to escape
    drawing = '<svg class="path" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}{}</svg>'
    way = format_html('<path class="way" d="{}"/>', _way(spots)) if len(spots) > 1 else ""
    return format_html(drawing, in_words(steps, own=own), width, height, width, height, way, stones)


def in_words(steps: Sequence[Step], *, own: bool) -> str:
    """ "2 behind you, 1 going on, 1 ahead". Stuck is going on."""
    behind = sum(step.behind for step in steps)
    ahead = sum(step.status == Step.Status.TO_DO for step in steps)
    going = len(steps) - behind - ahead
    of_behind = ngettext("%(number)d behind you", "%(number)d behind you", behind)
    if not own:
        of_behind = ngettext("%(number)d done or let go", "%(number)d done or let go", behind)
    counted = [
        (behind, of_behind),
        (going, ngettext("%(number)d going on", "%(number)d going on", going)),
        (ahead, ngettext("%(number)d ahead", "%(number)d ahead", ahead)),
    ]
    parts = ", ".join(words % {"number": number} for number, words in counted if number)
    return _("The steps as stones on a path: %(parts)s") % {"parts": parts}


def _spot(number: int, across: int) -> Spot:
    """Row by row, to and fro, so that the path never jumps."""
    row, place = divmod(number, IN_A_ROW)
    place = IN_A_ROW - 1 - place if row % 2 else place
    return EDGE + across * place, EDGE + DOWN * row + _WAVE[number % 2]


def _way(spots: list[Spot]) -> str:
    parts = [f"M{spots[0][0]} {spots[0][1]}"]
    for (x, y), (to_x, to_y) in pairwise(spots):
        if x == to_x:  # round the bend
            out = x + (14 if x > EDGE else -14)
            parts.append(f"C{out} {y + 12} {out} {to_y - 12} {to_x} {to_y}")
        else:
            middle = (x + to_x) // 2
            parts.append(f"C{middle} {y} {middle} {to_y} {to_x} {to_y}")
    return "".join(parts)


def _stones(steps: Sequence[Step], spots: list[Spot]) -> Iterator[str]:
    for step, (x, y) in zip(steps, spots, strict=True):
        kind = _KIND[Step.Status(step.status)]
        if kind == "aside":
            yield f'<circle class="aside" cx="{x}" cy="{y + _BESIDE}" r="6"/>'
            continue
        yield f'<circle class="{kind}" cx="{x}" cy="{y}" r="{7 if kind == "ahead" else 8}"/>'
        if step.status == Step.Status.STUCK:  # resting
            yield f'<path class="rest" d="M{x - 2} {y - 3}v6M{x + 2} {y - 3}v6"/>'
