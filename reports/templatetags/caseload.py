"""The body of a report's table, and the drawing of its weeks.

Made here and not in a template: a page of three hundred people has four thousand cells, and templates would take most
of its time.
"""

from html import escape  # Django's own looks at every text whether it is lazy
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reports.figures.rows import OTHERS
from reports.pages.chart import Chart
from reports.pages.columns import Column
from reports.pages.tables import PEOPLE, Table

register = template.Library()


@register.simple_tag
def heads_of(table: Table, here: str) -> SafeString:
    """What each column is; where it can be sorted by, a link that does."""
    found, asks = ["<tr>"], escape(f"{here}?{table.query}&sort=")
    for head in table.heads:
        label, name = escape(head.column.label), ' class="n"' if head.column.number else ""
        sorted_so = f' aria-sort="{head.direction}"' if head.direction else ""
        found.append(f'<th scope="col"{name}{sorted_so}>')
        found.append(f'<a href="{asks}{head.sort}">{label}</a></th>' if head.sort else f"{label}</th>")
    return mark_safe("".join([*found, "</tr>"]))  # noqa: S308 -- every text went through escape()


@register.simple_tag
def body_of(table: Table) -> SafeString:
    """A row for each person or specialist; every number leads to what stands behind it."""
    whose = [str(row.pk or OTHERS) for row in table.rows]
    names = [f'<tr><th scope="row">{name}</th>' for name in _names(table, whose)]
    columns = [_cells(table, column, whose) for column in table.columns[1:]]
    rows = ["".join([*row, "</tr>\n"]) for row in zip(names, *columns, strict=True)]
    return mark_safe("".join(rows))  # noqa: S308 -- every text went through escape()


def _names(table: Table, whose: list[str]) -> list[str]:
    value_of, page = table.columns[0].value, table.client_page
    names = [f"<bdi>{escape(value_of(row))}</bdi>" for row in table.rows]
    if table.kind != PEOPLE:
        return names
    return [f'<a href="{page.format(pk)}">{name}</a>' for pk, name in zip(whose, names, strict=True)]


def _cells(table: Table, column: Column, whose: list[str]) -> list[str]:
    """Of a column: each with its value, and with whose it is where rows stand behind it."""
    opening, behind = _opening(column), escape(table.behind(column))
    values = [column.value(row) for row in table.rows]
    # What was shown before is not made anew: a column holds few different values.
    texts: dict[Any, str] = {value: escape(column.shown(value)) for value in set(values)}
    cells: list[str] = [texts[value] for value in values]
    if column.name == "last" and table.quiet:
        said = escape(_("longer than their own mark"))
        longer = f'</b><span class="visually-hidden"> ({said})</span>'
        cells = [
            f"<b>{text}{longer}" if row.pk in table.quiet else text for row, text in zip(table.rows, cells, strict=True)
        ]
    if not behind:
        return [f"{opening}{text}</td>" for text in cells]
    leads = f'{opening}<a href="{behind}&amp;{table.whose}='
    return [
        f'{leads}{pk}">{text}</a></td>' if value else f"{opening}{text}</td>"
        for pk, value, text in zip(whose, values, cells, strict=True)
    ]


@register.simple_tag
def total_of(table: Table) -> SafeString:
    found = [f'<tr><th scope="row">{escape(table.total.name)}</th>']
    for column in table.columns[1:]:
        if not column.total:
            found.append('<td class="n"></td>')
            continue
        value, behind = column.value(table.total), escape(table.behind(column))
        text = escape(column.shown(value))
        found.append(
            f'{_opening(column)}<a href="{behind}">{text}</a></td>'
            if behind and value
            else f"{_opening(column)}{text}</td>"
        )
    return mark_safe("".join([*found, "</tr>"]))  # noqa: S308 -- every text went through escape()


@register.simple_tag
def weeks_of(chart: Chart) -> SafeString:
    found = [
        f'<tr><th scope="row">{escape(date_format(week.monday, "SHORT_DATE_FORMAT"))}</th>'
        f'<td class="n">{week.planned}</td><td class="n">{week.outside}</td></tr>'
        for week in chart.weeks
    ]
    return mark_safe("".join(found))  # noqa: S308 -- a day and two numbers


def _opening(column: Column) -> str:
    return f'<td{" class=n" if column.number else ""} data-label="{escape(column.label)}">'
