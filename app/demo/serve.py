"""Running the demo: pages and jobs as two processes, watched from the foreground."""

import errno
import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.demo import cast
from app.demo.citizens import WARMTEPLAN, WIEBE, ZONADVIES
from app.demo.load import load
from app.demo.settings import HOUSE, DemoFolder
from app.kernel.errors import Conflict
from app.settings import child_environ
from notifier.folder import posted

HERE = "127.0.0.1"
GLANCE, PATIENCE = 0.1, 30.0
GRACE = 10
OWN = re.compile(rf"http://{re.escape(HERE)}:(\d+)")
STOPPED = "Gestopt; alles is bewaard."
Say = Callable[[str], None]


@dataclass(frozen=True)
class Child:
    """A process of ours, and where it writes what it has to say."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def is_gone(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> None:
        """Ask, wait, and only then insist."""
        if self.is_gone:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(folder: DemoFolder, say: Say) -> None:
    """Load what is missing, then run until SIGINT or SIGTERM; Conflict if it breaks."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _interrupt)
    try:
        _check_port(folder.port)
        folder.make()
        with folder.held():
            if not folder.is_loaded:
                say("De voorbeelden worden geladen; dat duurt enkele seconden …")
            load(folder)
            with _children(folder) as children:
                _await_answer(folder, children)
                say(welcome(folder))
                _watch(children)
    except KeyboardInterrupt:
        say(STOPPED)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _check_port(port: int) -> None:
    """Before anything is loaded: a port that cannot be ours is one sentence."""
    with socket.socket() as knock:
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            knock.bind((HERE, port))
        except OSError as taken:
            if taken.errno == errno.EACCES:
                why = "mag niet gebruikt worden"
            else:
                why = "is al in gebruik"
            raise Conflict(
                f"Poort {port} {why}; kies een andere met make demo PORT=8001."
            ) from taken


@contextmanager
def _children(folder: DemoFolder) -> Iterator[list[Child]]:
    """Pages and jobs; whatever happens here, neither is left behind."""
    web = (
        *(
            "gunicorn",
            "--bind",
            f"{HERE}:{folder.port}",
            "--log-level",
            "warning",
            "--no-control-socket",
        ),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "8"),
        *("--graceful-timeout", "3", "app.demo.web:create_demo_app()"),
    )
    with ExitStack() as stack:
        children = []
        for name, command, environ in (
            ("web", web, folder.environ_of_pages()),
            ("jobs", ("flask", "jobs", "run"), folder.environ()),
        ):
            children.append(_start(folder, name, command, environ))
            stack.callback(children[-1].stop)
        stack.callback(_deaf)
        yield children


def _start(
    folder: DemoFolder, name: str, command: Sequence[str], environ: Mapping[str, str]
) -> Child:
    log = folder.path / f"{name}.log"
    with folder.plainly(), log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, "-m", *command],
            cwd=HOUSE,
            env=child_environ(environ),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl+C reaches us alone, and we stop them
        )
    return Child(name, process, log)


def _deaf() -> None:
    """Who presses Ctrl+C twice must not leave a process behind."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)


def _await_answer(folder: DemoFolder, children: Sequence[Child]) -> None:
    began = time.monotonic()
    while not _answers(folder.port):
        _check_alive(children)
        if time.monotonic() - began > PATIENCE:
            raise Conflict(f"De pagina's antwoorden niet; zie {children[0].log}.")
        time.sleep(GLANCE)


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection(HERE, port, timeout=5)
    try:
        line.request("GET", "/health/live")
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _watch(children: Sequence[Child]) -> None:
    while True:
        _check_alive(children)
        time.sleep(GLANCE)


def _check_alive(children: Sequence[Child]) -> None:
    for child in children:
        if child.is_gone:
            raise Conflict(
                f"Het proces {child.name} viel stil, en de demo dus ook; "
                f"zie {child.log}."
            )


def welcome(folder: DemoFolder) -> str:
    """Where everything is, and who can sign in."""
    passwords, firm, new = folder.passwords(), WARMTEPLAN, ZONADVIES
    waiting = [who for who in cast.MANAGERS if who.login not in passwords]
    desk = [who for who in cast.COLLEAGUES if who.login in passwords]
    known = [who for who in cast.MANAGERS if who.login in passwords]
    return "\n".join(
        [
            "",
            f"  Direct bestanden   {folder.address}/",
            f"  Mijn Fluvius       {folder.address}/organisatie/",
            f"  Postvak            {folder.address}/demo/postvak",
            f"  Kaartlezer (eID)   {folder.address}/demo/kaartlezer",
            *_moved(folder),
            "",
            f"  {firm.name} ({firm.kbo.spaced}) is al energiedienstverlener:",
            f"    {folder.address}/verbruik/dienstverlener/{firm.kbo}/stappenplan",
            "",
            f"  {new.name} ({new.kbo.spaced}) wordt het waar je bij staat:",
            f"    {folder.address}/dienstverlener-worden/ als {WIEBE.name} (CSAM);",
            "    teken het contract met de kaartlezer, of dien een scan in;",
            f"    {cast.ADMIN.login} keurt het goed op {folder.address}/beheer/.",
            "",
            "  Wie kan zich aanmelden (de sms-code komt in het postvak):",
            *(f"    {who.login:<16} {passwords[who.login]}" for who in known),
            *(
                f"    {who.login:<16} de eerste brief wacht in het postvak"
                for who in waiting
            ),
            "",
            "  En als medewerker van Fluvius:",
            *(
                f"    {who.login:<16} {passwords[who.login]}  {who.role}"
                for who in desk
            ),
            "",
            "  Als medewerker publiceren zonder browser:",
            f'    make flask ARGS="filedrop publish MAP --by {cast.RELEASER.login}"',
            "",
            "  Stoppen met Ctrl+C; opnieuw beginnen met make demo-reset.",
            "",
        ]
    )


def _moved(folder: DemoFolder) -> list[str]:
    """Letters keep the address that they were written with."""
    bodies = [one["body"] for one in posted(folder.mail, folder.sms)]
    ports = {int(port) for body in bodies for port in OWN.findall(body)}
    former = ", ".join(map(str, sorted(ports - {folder.port})))
    if not former:
        return []
    return [
        "",
        f"  Brieven van eerder noemen nog poort {former}. Klik hun links aan in het",
        "  postvak: daar leiden ze naar hier. Of begin opnieuw met make demo-reset.",
    ]
