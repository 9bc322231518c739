"""E-mail: what is in a letter, what a server's answers mean, and one real letter from a real worker."""

import email
import smtplib
import stat
from email.policy import default
from pathlib import Path

import pytest
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from notifications.channels.email import Email, letter
from notifications.kinds import Message, NotReady, Outcome, Parcel
from peersupport.lib.ids import new_id
from scripts.chaos.site import wait_until
from scripts.chaos.storm import query

PARCEL = Parcel(new_id(), "someone@home.example", Message("Your code", "Your code is 123456."))


@pytest.fixture
def smtp(mail_server, settings):
    port, folder = mail_server
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    return folder


def letters(folder: Path):
    return [email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]


def test_a_letter_is_plain_and_has_the_same_id_each_time(settings) -> None:
    settings.PUBLIC_URL = "https://peers.example.org"
    one, two = letter(PARCEL).message(), letter(PARCEL).message()
    assert one["Message-ID"] == two["Message-ID"] == f"<{PARCEL.key}@peers.example.org>"
    assert (one.get_content_type(), one["Auto-Submitted"]) == ("text/plain", "auto-generated")
    assert one["From"] == settings.EMAIL_FROM


def test_a_letter_takes_less_time_than_a_lease(settings) -> None:
    """MAIL, RCPT, DATA, the text and its receipt each wait for the timeout at most."""
    assert settings.EMAIL_TIMEOUT * 5 < settings.DELIVERY_LEASE_SECONDS


@pytest.mark.processes
@pytest.mark.parametrize(
    ("address", "outcome", "reason"),
    [
        ("alex@home.example", Outcome.ACCEPTED, ""),
        ("no-alex@home.example", Outcome.REFUSED, "smtp-550"),
        ("later-alex@home.example", Outcome.NOT_NOW, "smtp-451"),
        ("silent-alex@home.example", Outcome.UNSURE, "mail-server-silent"),
    ],
)
def test_what_a_real_server_answers(smtp, address, outcome, reason) -> None:
    with Email().opened() as sender:
        [answer] = sender.send([Parcel(PARCEL.key, address, PARCEL.message)])
    assert (answer.outcome, answer.reason) == (outcome, reason)
    assert len(letters(smtp)) == (outcome in {Outcome.ACCEPTED, Outcome.UNSURE})


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPSenderRefused(421, b"too many", "me"), Outcome.NOT_NOW),
        (smtplib.SMTPSenderRefused(553, b"not you", "me"), Outcome.REFUSED),
        (smtplib.SMTPDataError(452, b"full"), Outcome.NOT_NOW),
        (smtplib.SMTPDataError(554, b"spam"), Outcome.REFUSED),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), Outcome.REFUSED),
        (smtplib.SMTPServerDisconnected("gone"), Outcome.UNSURE),
        (TimeoutError(), Outcome.UNSURE),
    ],
)
def test_what_else_a_server_may_answer(settings, monkeypatch, error, outcome) -> None:
    def fail(*_given: object) -> None:
        raise error

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.setattr(EmailBackend, "open", lambda _self: True)
    monkeypatch.setattr(EmailBackend, "close", lambda _self: None)
    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    with Email().opened() as sender:
        [answer] = sender.send([PARCEL])
    assert answer.outcome is outcome


def test_a_line_break_in_a_subject_is_no_letter(settings) -> None:
    with Email().opened() as sender:
        [answer] = sender.send([Parcel(PARCEL.key, PARCEL.address, Message("One\nBcc: two@home.example", ""))])
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "not-a-letter")


def test_nobody_at_the_door_leaves_nobody_in_doubt(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(NotReady), Email().opened():
        pass


def test_mails_in_files_are_nobody_elses(settings, tmp_path) -> None:
    settings.EMAIL_BACKEND = "peersupport.lib.mail_files.PrivateFiles"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    with Email().opened() as sender:
        sender.send([PARCEL])
    [file] = (tmp_path / "mail").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert "Your code is 123456." in file.read_text()
    assert get_connection().file_path == str(tmp_path / "mail")


@pytest.mark.processes
def test_a_real_worker_sends_a_real_letter(start_site, mail_server) -> None:
    port, folder = mail_server
    site = start_site(CHAOS_TICK="1", EMAIL_URL=f"smtp://127.0.0.1:{port}", PUBLIC_URL="http://127.0.0.1:8000")
    site.run("scripts.chaos.inside", "prepare")
    site.run("scripts.chaos.inside", "plan", "email", "chaos", "1", "1")
    site.beat()
    site.worker()

    wait_until(lambda: letters(folder), 40)
    wait_until(lambda: query(site, "SELECT state FROM notifications_delivery") == [("accepted",)], 10)

    [received] = letters(folder)
    assert received["Subject"] == "A letter"
    assert received.get_content().strip() == "Nothing in particular."
    assert received["To"].endswith("@home.example")
    assert received["To"] not in site.said()
