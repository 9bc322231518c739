from django.db import migrations

from peersupport.lib.append_only import frozen


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]
    operations = [frozen("notifications_delivery", when="OLD.ended_at IS NOT NULL")]
