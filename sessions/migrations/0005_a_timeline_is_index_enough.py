import django.db.models.deletion
from django.db import migrations, models

from peersupport.lib.append_only import frozen, lifted

SIGNED = {"table": "peer_sessions_contactlog", "when": "OLD.signed_at IS NOT NULL"}


class Migration(migrations.Migration):
    dependencies = [("clients", "0005_handovers"), ("peer_sessions", "0004_tallies_of_the_logs_there_are")]
    operations = [
        lifted(**SIGNED),
        migrations.AlterField(
            model_name="contactlog",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact_logs",
                to="clients.client",
            ),
        ),
        frozen(**SIGNED),
    ]
