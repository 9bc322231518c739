"""What a client did with their goals, as one line."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from goals.permissions.news import ADDED, CHANGED, FINISHED, REWORDED, STUCK, Changes
from peersupport.lib.when import in_a_row

register = template.Library()


@register.simple_tag
def what_changed(changes: Changes) -> SafeString:
    """ "Alex is stuck with a step and added a goal" """
    says = {
        STUCK: _("is stuck with a step"),
        ADDED: _("added a goal"),
        FINISHED: _("finished a goal"),
        REWORDED: _("said a goal in other words"),
        CHANGED: _("changed something in a goal"),
    }
    return format_html("<b>{}</b> {}", changes.name, in_a_row(says[code] for code in changes.in_order))
