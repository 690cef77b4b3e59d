"""A relay on the loopback: STARTTLS, then a password, then letters."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.papers import papers

HOST = "127.0.0.1"
USER = "energiepost"
PASSWORD = "password of nobody"
REFUSALS = {
    "451": "451 4.7.1 Greylisted, try again later",
    "550": "550 5.1.1 <an.peeters@example.be>: user unknown",
}


class Relay:
    """Keeps what it took: ok, 451, 550, sender, content, drop, hang, slow, rude."""

    def __init__(self, cafile: Path) -> None:
        self.mode = "ok"
        self.mails: list[EmailMessage] = []
        self.offered = 0  # letters that came as far as here, whatever became of them
        self.envelopes: list[tuple[str, list[str]]] = []
        self.cafile = cafile
        self.port = 0

    @property
    def url(self) -> str:
        """As the setting EMAIL has it."""
        user, password = USER, PASSWORD.replace(" ", "%20")
        return f"smtp://{user}:{password}@{HOST}:{self.port}?tls=required"

    async def handle_MAIL(  # noqa: N802 - aiosmtpd calls it so
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _o: object,
    ) -> str:
        if self.mode == "sender":
            return "553 5.7.1 Sender not allowed"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _o: object,
    ) -> str:
        if self.mode in REFUSALS:
            return REFUSALS[self.mode]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.offered += 1
        if self.mode == "hang":
            await asyncio.Event().wait()
        if self.mode == "slow":
            await asyncio.sleep(1)
        assert isinstance(envelope.content, bytes)
        assert envelope.mail_from
        mail = message_from_bytes(envelope.content, policy=default)
        self.mails.append(mail)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        if self.mode == "drop":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "554 5.6.0 Content refused" if self.mode == "content" else "250 OK"

    async def handle_QUIT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        return "421 No manners today" if self.mode == "rude" else "221 Bye"


@contextmanager
def relay(folder: Path) -> Iterator[Relay]:
    """Run a relay on a free port, with a certificate made for this one run."""
    carrier, context = Relay(folder / "relay.pem"), _context(folder)
    loop = asyncio.new_event_loop()

    sessions: list[SMTP] = []

    def session() -> SMTP:
        sessions.append(
            SMTP(
                carrier,
                hostname=HOST,
                loop=loop,
                tls_context=context,
                require_starttls=True,
                auth_required=True,
                authenticator=_authenticate,
            )
        )
        return sessions[-1]

    # only the thread runs the loop: the test's own may run one, a browser's say
    thread = Thread(target=loop.run_forever)
    thread.start()
    opening = loop.create_server(session, HOST, 0)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result()
    carrier.port = server.sockets[0].getsockname()[1]
    try:
        yield carrier
    finally:
        closing = _hang_up(server, sessions)
        asyncio.run_coroutine_threadsafe(closing, loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _hang_up(server: asyncio.Server, sessions: list[SMTP]) -> None:
    server.close()
    for session in sessions:
        if isinstance(session.transport, asyncio.WriteTransport):
            session.transport.abort()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.sleep(0)  # the transports close in the loop's next round


def _authenticate(
    _server: SMTP,
    _session: Session,
    _envelope: Envelope,
    _mechanism: str,
    given: object,
) -> AuthResult:
    assert isinstance(given, LoginPassword)
    right = given == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def _context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*papers(folder, "relay"))
    return context
