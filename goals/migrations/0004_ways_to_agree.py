from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


def say_who_was_there(apps: Any, schema_editor: Any) -> None:
    """Until now a goal was told in one way only: to a specialist, in person."""
    if schema_editor.connection.vendor == "postgresql":  # it alters no table whose foreign keys are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    Goal, Revision = (apps.get_model("goals", name) for name in ("Goal", "Revision"))
    for goal in Goal.objects.filter(agreed_how="spoken").only("pk", "told_to", "author").iterator():
        last = Revision.objects.filter(goal=goal, told=True).order_by("-at", "-pk").values_list("author", flat=True)
        someone = goal.told_to_id or last.first() or goal.author_id
        Goal.objects.filter(pk=goal.pk).update(agreed_with=someone, agreed_through="in-person")
    Suggestion = apps.get_model("goals", "Suggestion")
    Suggestion.objects.filter(state__in=["taken", "reworded", "no-thanks"]).update(answered_how="own")


_HOW = [
    ("own", "own sign-in"),
    ("own-hand", "own hand on the specialist’s screen"),
    ("spoken", "spoken, read back"),
    ("paper", "on paper"),
]
_ALONE = Q(agreed_with__isnull=True, agreed_interpreter=False)
_UNSPOKEN, _NO_PAPER = Q(agreed_through=""), Q(agreed_on__isnull=True, agreed_kept_by="")
_WITH = Q(agreed_version__isnull=False, agreed_at__isnull=False, agreed_with__isnull=False)
_AGREED = (
    Q(agreed_how="", agreed_version__isnull=True, agreed_at__isnull=True) & _ALONE & _UNSPOKEN & _NO_PAPER
    | Q(agreed_how="own", agreed_version__isnull=False, agreed_at__isnull=False) & _ALONE & _UNSPOKEN & _NO_PAPER
    | Q(agreed_how="own-hand") & _WITH & _UNSPOKEN & _NO_PAPER
    | Q(agreed_how="spoken", agreed_through__in=["in-person", "phone", "video"]) & _WITH & _NO_PAPER
    | Q(agreed_how="paper", agreed_on__isnull=False, agreed_kept_by__in=["client", "us", "both"]) & _WITH & _UNSPOKEN
)
_ANSWERED = (
    Q(answered_how="", answered_with__isnull=True)
    | Q(~Q(state="open"), answered_how="own", answered_with__isnull=True)
    | Q(~Q(state="open"), answered_how__in=["own-hand", "spoken", "paper"], answered_with__isnull=False)
)


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0003_page_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="goal", name="agreed_with_all_that_belongs_to_it"),
        migrations.AddField(
            model_name="goal",
            name="agreed_with",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="agreed_through",
            field=models.CharField(
                blank=True,
                choices=[("in-person", "in person"), ("phone", "by phone"), ("video", "by video")],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="agreed_interpreter",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="goal",
            name="agreed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="goal",
            name="agreed_kept_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("client", "the person themselves"),
                    ("us", "we do, in the file"),
                    ("both", "both of us"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="answered_how",
            field=models.CharField(blank=True, choices=_HOW, max_length=12),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="answered_with",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(say_who_was_there, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.CheckConstraint(condition=_AGREED, name="agreed_with_all_that_belongs_to_it"),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(condition=_ANSWERED, name="answered_alone_or_with_someone"),
        ),
    ]
