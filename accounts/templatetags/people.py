"""Tags every template may use: the guard of each form, and the program's noun for the person supported."""

from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from accounts.models import Actor, Program, User
from accounts.signing_in import FORM_OF, sign_form_for

register = template.Library()


@register.simple_tag(takes_context=True)
def form_guard(context: dict[str, Any]) -> SafeString:
    """Hidden fields of every POST form: against forgery, and whose form it is, so that it can be kept for them."""
    request = context["request"]
    kept: SafeString | None = getattr(request, "form_guard", None)
    if kept is not None:
        return kept  # of another form on the same page
    fields = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None:
        fields += format_html('<input type="hidden" name="{}" value="{}">', FORM_OF, sign_form_for(actor))
    request.form_guard = fields
    return fields


@register.simple_tag
def mark(person: User, large: bool = False) -> SafeString:
    """A person's initial in their own colour, beside their name (so that it says nothing to a screen reader)."""
    size = " large" if large else ""
    return format_html('<span class="mark tone-{}{}" aria-hidden="true">{}</span>', person.tone, size, person.initial)


@register.simple_tag(takes_context=True)
def noun(context: dict[str, Any], number: int = 1) -> str:
    """The program's word for the people it supports, one or many."""
    actor: Actor | None = context.get("actor")
    chosen = actor.role.program.noun if actor else Program.Noun.CLIENT
    one, many = {
        Program.Noun.CLIENT: (pgettext("noun", "client"), pgettext("noun", "clients")),
        Program.Noun.PARTICIPANT: (pgettext("noun", "participant"), pgettext("noun", "participants")),
        Program.Noun.MEMBER: (pgettext("noun", "member"), pgettext("noun", "members")),
        Program.Noun.PERSON: (pgettext("noun", "person"), pgettext("noun", "people")),
    }[Program.Noun(chosen)]
    return one if number == 1 else many
