"""The body of a report's table, and the drawing of its weeks.

Made here and not in a template: a page of three hundred people has four thousand cells, and templates would take most
of its time.
"""

from typing import Any
from uuid import UUID

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

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
    page, whose = table.client_page, f"&amp;{table.whose}="
    columns = []
    for column in table.columns[1:]:
        opening, behind = _opening(column), _behind(table, column)
        leads = f'{opening}<a href="{behind}{whose}' if behind else ""  # and then whose: all that differs in its rows
        texts: dict[Any, str] = {}  # what was shown before: a column holds few different values
        columns.append((column.value, column.shown, opening, leads, texts, column.name == "last"))
    found: list[str] = []
    longer = escape(_("longer than their own mark"))
    for row in table.rows:
        found.append(f'<tr><th scope="row">{_name(row, table, page)}</th>')
        pk = str(row.pk or "others")
        for value_of, shown, opening, leads, texts, is_last in columns:
            value = value_of(row)
            text = texts.get(value)
            if text is None:
                text = texts[value] = escape(shown(value))
            if is_last and row.pk in table.quiet:
                text = f'<b>{text}</b><span class="visually-hidden"> ({longer})</span>'
            found.append(f'{leads}{pk}">{text}</a></td>' if leads and value else f"{opening}{text}</td>")
        found.append("</tr>\n")
    return mark_safe("".join(found))  # noqa: S308 -- every text went through escape()


@register.simple_tag
def total_of(table: Table) -> SafeString:
    found = [f'<tr><th scope="row">{escape(table.total.name)}</th>']
    for column in table.columns[1:]:
        value = column.value(table.total) if column.total else None
        text, behind = escape(column.shown(value)) if column.total else "", _behind(table, column)
        found.append(_opening(column) if column.total else '<td class="n">')
        found.append(f'<a href="{behind}">{text}</a></td>' if behind and value else f"{text}</td>")
    return mark_safe("".join([*found, "</tr>"]))  # noqa: S308 -- every text went through escape()


def _name(row: Any, table: Table, page: str) -> str:
    name = f"<bdi>{escape(table.columns[0].value(row))}</bdi>"
    pk: UUID | None = row.pk
    return f'<a href="{page.format(pk)}">{name}</a>' if table.kind == PEOPLE else name


def _behind(table: Table, column: Column) -> str:
    return escape(table.behind(column))


def _opening(column: Column) -> str:
    return f'<td{" class=n" if column.number else ""} data-label="{escape(column.label)}">'
