from django.db import migrations

from peersupport.lib.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("goals", "0001_initial")]
    operations = [append_only("goals_revision")]
