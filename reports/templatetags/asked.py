"""The fields of the form that asks for a report.

Made here and not in a template, as the table is: the form stands on each page of a report, and its options would take
a tenth of the time.
"""

from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from reports.forms import CaseloadForm, DayField

register = template.Library()


@lru_cache(64)
def _texts(name: str, _language: str | None) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The label of a field and its choices, looked up once in each language and not each time the form is drawn."""
    field: Any = CaseloadForm.base_fields[name]
    return escape(str(field.label)), tuple((value, escape(str(said))) for value, said in getattr(field, "choices", ()))


@register.simple_tag
def fields_of(form: CaseloadForm) -> SafeString:
    """As they were sent; what is wrong stands beside its field."""
    found = []
    for name, field in form.fields.items():
        wrong: Any = form.errors.get(name, [])
        found.append(_ticks(form, name, bool(wrong)) if name == "also" else _one(form, name, field, wrong))
    return mark_safe("".join(found))  # noqa: S308 -- every text went through escape()


def _ticks(form: CaseloadForm, name: str, wrong: bool) -> str:
    label, choices = _texts(name, get_language())
    sent: list[str] = form.data.getlist(name)  # type: ignore[attr-defined]
    invalid = ' aria-invalid="true"' if wrong else ""
    ticks = [
        f'<div class="form-check"><input class="form-check-input" type="checkbox" name="{name}" value="{value}"'
        f' id="id_{name}_{number}"{" checked" if value in sent else ""}{invalid} />'
        f'<label class="form-check-label" for="id_{name}_{number}">{said}</label></div>'
        for number, (value, said) in enumerate(choices)
    ]
    return f'<fieldset><legend>{label}</legend><div class="ticks">{"".join(ticks)}</div></fieldset>'


def _one(form: CaseloadForm, name: str, field: Any, wrong: Any) -> str:
    (label, choices), sent = _texts(name, get_language()), form.data.get(name, "")
    about = f'name="{name}" id="id_{name}"' + (f' aria-invalid="true" aria-describedby="id_{name}_error"' * bool(wrong))
    if isinstance(field, DayField):
        box = f'<input class="form-control" type="date" value="{escape(sent)}" {about} />'
    else:
        if name == "specialist":  # other ones for each supervisor
            choices = tuple((value, escape(str(said))) for value, said in field.choices)
        options = [
            f'<option value="{value}"{" selected" if value == sent else ""}>{said}</option>' for value, said in choices
        ]
        box = f'<select class="form-select" {about}>{"".join(options)}</select>'
    said = "".join([f'<p class="invalid-feedback" id="id_{name}_error">{escape(str(error))}</p>' for error in wrong])
    return f'<div><label for="id_{name}">{label}</label>{box}{said}</div>'
