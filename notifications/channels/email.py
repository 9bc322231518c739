"""E-mail, by whatever backend EMAIL_URL names."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from smtplib import SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.kinds import Answer, NotReady, Outcome, Parcel, Sender


class Email:
    """SMTP knows no idempotency keys: one letter at a time, so that a kill leaves at most one in doubt."""

    name = "email"
    honours_keys = False
    at_once = 1
    a_second = 200.0
    permission = "may_email"

    @contextmanager
    def opened(self) -> Iterator[Sender]:
        """Connected and signed in before the first letter begins: none is in doubt for a server that is away."""
        backend: BaseEmailBackend = get_connection(fail_silently=False)
        try:
            backend.open()
        except (OSError, SMTPException) as error:
            raise NotReady("mail-server-away") from error
        try:
            yield _Post(backend)
        finally:
            with suppress(OSError, SMTPException):
                backend.close()


class _Post:
    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend = backend

    def send(self, parcels: Sequence[Parcel]) -> Sequence[Answer]:
        return [self._send(parcel) for parcel in parcels]

    def _send(self, parcel: Parcel) -> Answer:
        """What the server said decides; a connection that broke off before it said anything leaves it open."""
        try:
            self.backend.send_messages([letter(parcel)])
        except SMTPRecipientsRefused as error:
            return _answer(max(code for code, _text in error.recipients.values()))
        except SMTPResponseException as error:  # sender refused, data refused, …
            return _answer(error.smtp_code)
        except SMTPNotSupportedError:
            return Answer(Outcome.REFUSED, "mail-server-cannot")
        except (BadHeaderError, UnicodeError):
            return Answer(Outcome.REFUSED, "not-a-letter")
        except (OSError, SMTPException):
            return Answer(Outcome.UNSURE, "mail-server-silent")
        return Answer(Outcome.ACCEPTED)


def _answer(code: int) -> Answer:
    """RFC 5321: 5yz is for ever, 4yz for now."""
    return Answer(Outcome.REFUSED if code >= 500 else Outcome.NOT_NOW, f"smtp-{code}")


def letter(parcel: Parcel) -> EmailMessage:
    """The same Message-ID for each try: many mail servers then keep one of two."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    return EmailMessage(
        subject=parcel.message.subject,
        body=parcel.message.text,
        to=[parcel.address],
        headers={"Message-ID": f"<{parcel.key}@{host}>", "Auto-Submitted": "auto-generated"},
    )
