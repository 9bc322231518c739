import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import peersupport.lib.clock
import peersupport.lib.ids
import peersupport.lib.sealed
from peersupport.lib.append_only import append_only


def one_place_each(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Steps that share a place, from before the database refused it, follow one another as they were shown."""
    steps = apps.get_model("goals", "Step").objects
    twice = steps.values("goal", "position").annotate(found=models.Count("pk")).filter(found__gt=1)
    for goal in set(twice.values_list("goal", flat=True)):
        order = steps.filter(goal=goal).order_by("position", "pk").values_list("pk", flat=True)
        for place, pk in enumerate(list(order), start=1):
            steps.filter(pk=pk).update(position=place)


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_handovers"),
        ("goals", "0004_ways_to_agree"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peersupport.lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("op_id", models.UUIDField()),
                ("op_fingerprint", models.CharField(max_length=64)),
                ("kind", models.CharField(choices=[("comment", "a comment"), ("cheer", "a cheer")], max_length=8)),
                ("text_sealed", peersupport.lib.sealed.SealedField(default=b"")),
                ("language", models.CharField(max_length=8)),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("just-me", "just for me"),
                            ("specialist", "me and my specialist"),
                            ("support", "my whole support"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField(default=peersupport.lib.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="CommentTakenBack",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=peersupport.lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(default=peersupport.lib.clock.now)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="step",
            name="steps_of_a_goal",
        ),
        migrations.AddField(
            model_name="revision",
            name="restores",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="goals.revision"
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="said_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(fields=("goal", "position"), name="one_step_in_each_place"),
        ),
        migrations.AddField(
            model_name="comment",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="goal",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="goals.goal"
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="step",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="goals.step"
            ),
        ),
        migrations.AddField(
            model_name="commenttakenback",
            name="comment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="taken_back_row", to="goals.comment"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["goal", "-at", "-id"], name="comments_on_a_goal"),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(fields=("op_id", "author"), name="a_form_makes_one_comment"),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("step__isnull", True), ("goal__isnull", False), _connector="OR"),
                name="a_step_comes_with_its_goal",
            ),
        ),
        append_only("goals_comment"),
        append_only("goals_commenttakenback"),
    ]
