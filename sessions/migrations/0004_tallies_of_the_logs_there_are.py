from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# A local day, and a day so many days later: the little in which the engines differ.
_DAY = {
    "postgresql": "({at} AT TIME ZONE program.time_zone)::date",
    "sqlite": "django_datetime_cast_date({at}, program.time_zone, 'UTC')",
}
_LATER = {"postgresql": "({day} + {days})", "sqlite": "date({day}, ({days}) || ' days')"}
_WEEKDAY = {
    "postgresql": "extract(isodow FROM happened_on)",
    "sqlite": "django_date_extract('iso_week_day', happened_on)",
}

# Every rule as it was when this was written: three business days, one day after a crisis.
_FILL = """
INSERT INTO peer_sessions_tally (log_id, client_id, author_id, day, two_way, contact, attempt, unfinished, not_met,
    planned, who_reached_out, mode, minutes, late_from)
SELECT id, client_id, author_id, day, newest AND talked, newest AND signed AND talked, newest AND signed AND tried,
    newest AND NOT signed, newest AND signed AND planned AND outcome = 'did-not-connect',
    planned, who_reached_out, mode, minutes_direct,
    CASE WHEN in_error OR corrects_id IS NOT NULL OR signed AND signed_on < late_from THEN NULL ELSE late_from END
FROM (
    SELECT known.*, NOT in_error AND NOT corrected AS newest, {late_from} AS late_from FROM (
        SELECT log.id, log.client_id, log.author_id, log.corrects_id, log.outcome, log.planned, log.who_reached_out,
            log.mode, log.minutes_direct, log.happened_on, log.service, {day} AS day, {signed_on} AS signed_on,
            log.signed_at IS NOT NULL AS signed,
            log.outcome = 'connected' AND log.mode <> 'voicemail' AS talked,
            log.outcome IN ('did-not-connect', 'left-message')
                OR log.outcome = 'connected' AND log.mode = 'voicemail' AS tried,
            EXISTS (SELECT 1 FROM peer_sessions_enteredinerror error WHERE error.log_id = log.id) AS in_error,
            EXISTS (SELECT 1 FROM peer_sessions_contactlog later WHERE later.corrects_id = log.id
                AND later.signed_at IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM peer_sessions_enteredinerror error WHERE error.log_id = later.id)) AS corrected
        FROM peer_sessions_contactlog log JOIN clients_client client ON client.id = log.client_id
        JOIN accounts_program program ON program.id = client.program_id
    ) AS known
) AS counted
"""
_ALLOWED = (
    """CASE WHEN service = 'crisis' THEN 1 WHEN {weekday} IN (3, 4, 5) THEN 5 WHEN {weekday} = 6 THEN 4 ELSE 3 END"""
)


def fill(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """One statement, however many logs there are."""
    vendor = editor.connection.vendor
    allowed = _ALLOWED.format(weekday=_WEEKDAY[vendor])
    statement = _FILL.format(
        day=_DAY[vendor].format(at="log.occurred_at"),
        signed_on=_DAY[vendor].format(at="log.signed_at"),
        late_from=_LATER[vendor].format(day="happened_on", days=f"{allowed} + 1"),
    )
    with editor.connection.cursor() as cursor:
        cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0003_what_logs_count_as")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
