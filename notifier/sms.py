"""The carriers of text messages: Twilio, a folder, a console."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from notifier import Clock, SendFailed, Sms
from notifier.folder import Folder

CONNECT_SECONDS = 2
NOT_THE_NUMBER = frozenset({401, 408, 429})  # our key, the line, their load
REFUSED_FOR_GOOD = range(400, 500)


class TwilioSms:
    """Hands texts to Twilio, which by itself would wait for an answer for ever."""

    def __init__(
        self,
        sid: str,
        token: str,
        sender: str,
        *,
        api_base: str | None = None,
        timeout: float = 5,
    ) -> None:
        # Half a second and 24 MB, so only who sends by Twilio imports it.
        from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]  # noqa: PLC0415
        from twilio.rest import Client  # type: ignore[import-untyped]  # noqa: PLC0415

        quiet = logging.getLogger(f"{__name__}.twilio")
        quiet.setLevel(logging.WARNING)  # it writes each request down, account and all
        http = TwilioHttpClient(logger=quiet)
        http.timeout = (CONNECT_SECONDS, timeout)
        self._client = Client(sid, token, http_client=http)
        if api_base:
            self._client.api.base_url = api_base
        self._sender = sender

    def send(self, sms: Sms) -> None:
        from requests import RequestException  # noqa: PLC0415 - comes with the SDK
        from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]  # noqa: PLC0415

        try:
            self._client.messages.create(to=sms.to, from_=self._sender, body=sms.text)
        except TwilioException as error:
            raise _refusal(getattr(error, "status", None)) from error
        except (RequestException, ValueError) as error:
            raise _silence(error) from error


@dataclass(frozen=True, slots=True)
class FileSms:
    """Puts texts in a folder, for the demo's mailbox and for development."""

    folder: Path
    clock: Clock

    def send(self, sms: Sms) -> None:
        Folder(self.folder, self.clock).post("sms", sms.to, sms.text)


@dataclass(frozen=True, slots=True)
class ConsoleSms:
    """Prints texts."""

    stream: TextIO

    def send(self, sms: Sms) -> None:
        print(f"Sms aan {sms.to}:", sms.text, sep="\n", file=self.stream, flush=True)


def _refusal(status: int | None) -> SendFailed:
    permanent = status in REFUSED_FOR_GOOD and status not in NOT_THE_NUMBER
    return SendFailed(f"Twilio: {status}", permanent=permanent)


def _silence(error: Exception) -> SendFailed:
    from urllib3.exceptions import MaxRetryError  # noqa: PLC0415 - comes with the SDK

    # Only what never had a connection is known not to have arrived.
    if error.args and isinstance(error.args[0], MaxRetryError):
        return SendFailed("Twilio cannot be reached")
    return SendFailed("Twilio did not answer", uncertain=True)
