from django.db import migrations

from peersupport.lib.append_only import append_only, frozen


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0001_initial")]
    operations = [
        frozen("peer_sessions_contactlog", when="OLD.signed_at IS NOT NULL"),
        append_only("peer_sessions_enteredinerror"),
        append_only("peer_sessions_clientword"),
        append_only("peer_sessions_clientwordtakenback"),
    ]
