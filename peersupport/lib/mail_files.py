"""Mails as files, for the demo: nobody but the owner of the process may read what is in them."""

import os
from typing import Any

from django.conf import settings
from django.core.mail.backends.filebased import EmailBackend


class PrivateFiles(EmailBackend):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        folder = kwargs.get("file_path") or settings.EMAIL_FILE_PATH
        os.makedirs(folder, mode=0o700, exist_ok=True)
        super().__init__(*args, **kwargs)

    def open(self) -> bool:
        if self.stream is not None:
            return False
        self.stream = open(self._get_filename(), "ab", opener=_private)  # noqa: SIM115 -- close() is the backend's
        return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
