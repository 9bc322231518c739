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
def body_of(table: Table) -> SafeString:
    """A row for each person or specialist; every number leads to what stands behind it."""
    columns = [(column, _opening(column), escape(table.behind(column))) for column in table.columns[1:]]
    found: list[str] = []
    page = table.client_page
    longer = escape(_("longer than their own mark"))
    for row in table.rows:
        found.append(f'<tr><th scope="row">{_name(row, table, page)}</th>')
        whose = f"&amp;{table.whose}={row.pk or 'others'}"
        for column, opening, behind in columns:
            value = column.value(row)
            text: str = escape(column.shown(value))
            if column.name == "last" and row.pk in table.quiet:
                text = f'<b>{text}</b><span class="visually-hidden"> ({longer})</span>'
            found.append(
                f'{opening}<a href="{behind}{whose}">{text}</a></td>' if behind and value else f"{opening}{text}</td>"
            )
        found.append("</tr>\n")
    return mark_safe("".join(found))  # noqa: S308 -- every text went through escape()


@register.simple_tag
def total_of(table: Table) -> SafeString:
    found = [f'<tr><th scope="row">{escape(table.total.name)}</th>']
    for column in table.columns[1:]:
        value = column.value(table.total) if column.total else None
        text, behind = escape(column.shown(value)) if column.total else "", escape(table.behind(column))
        found.append(_opening(column) if column.total else '<td class="n">')
        found.append(f'<a href="{behind}">{text}</a></td>' if behind and value else f"{text}</td>")
    return mark_safe("".join([*found, "</tr>"]))  # noqa: S308 -- every text went through escape()


def _name(row: Any, table: Table, page: str) -> str:
    name = f"<bdi>{escape(table.columns[0].value(row))}</bdi>"
    pk: UUID | None = row.pk
    return f'<a href="{page.format(pk)}">{name}</a>' if table.kind == PEOPLE else name


def _opening(column: Column) -> str:
    return f'<td{" class=n" if column.number else ""} data-label="{escape(column.label)}">'
