"""One site for all tests of this folder: PostgreSQL, gunicorn, nginx, two people."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from os import urandom
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from app import create_app
from app.kernel.clock import ClockWatch, system_clock
from app.runtime import Runtime
from app.settings import Settings
from app.wiring import build
from tests.cast import NOORD, Cast, correction
from tests.clock import FakeClock
from tests.deploy.site import DEPLOY, SITE, Front, back, front
from tests.fakes_senders import SentEmail, SentSms
from tests.servers.postgres import Server
from tests.visitor import Visitor

CONTENT = urandom(24 << 20)  # more than nginx and the sockets can hold


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A short path: the name of a socket has room for 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="energiepost-") as path:
        yield Path(path)


@pytest.fixture(scope="session")
def database_url(postgres_server: Server) -> str:
    return postgres_server.create("deployed", template="energiepost")


@pytest.fixture(scope="session")
def committed() -> dict[str, str]:
    """The settings as they are committed."""
    lines = (DEPLOY / "energiepost.env").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and line[0] != "#"]
    return {name: value for name, _, value in pairs}


@pytest.fixture(scope="session")
def environ(
    committed: dict[str, str], database_url: str, folder: Path
) -> dict[str, str]:
    """The committed settings, with the places, secrets and carriers of this run."""
    return {
        **committed,
        "DATABASE_URL": database_url,
        "BLOBS": f"local:{folder / 'blobs'}",
        "KEYS": f"local:{folder / 'keys'}",
        "EMAIL": f"file:{folder / 'mail'}",
        "SMS": f"file:{folder / 'sms'}",
        "SCANNER": "none:",
        "MASTER_KEYS": "test:" + "A" * 43,
        "SECRET_KEY": "a secret of nobody, and long enough",
    }


@pytest.fixture(scope="session")
def clock() -> FakeClock:
    """It stands still today: the site itself has the machine's own."""
    return FakeClock(system_clock())


@pytest.fixture(scope="session")
def runtime(environ: dict[str, str], clock: FakeClock) -> Iterator[Runtime]:
    built = build(Settings.from_env(environ), clock)
    watch = ClockWatch(clock, clock.monotonic)
    yield replace(built, watch=watch, email=SentEmail(), sms=SentSms())
    built.database.close()


@pytest.fixture(scope="session")
def cast(runtime: Runtime, clock: FakeClock, folder: Path) -> Cast:
    assert isinstance(runtime.email, SentEmail)
    assert isinstance(runtime.sms, SentSms)
    cast = Cast(runtime, clock, folder, runtime.email, runtime.sms)
    cast.everybody()
    cast.publish({correction(NOORD): CONTENT})
    return cast


@pytest.fixture(scope="session")
def an(cast: Cast) -> dict[str, str]:
    """An has signed in; what her browser sends along."""
    client = create_app(cast.runtime).test_client()
    initial = cast.initial_password("an@noord.example")
    Visitor(client).first_sign_in(cast, "an.peeters", initial)
    cookie = client.get_cookie("__Host-sid", domain=SITE)
    assert cookie
    return {"Cookie": f"__Host-sid={cookie.value}"}


@pytest.fixture(scope="session")
def letter_path(cast: Cast) -> str:
    """Where the link of An's letter leads."""
    letter, *_ = cast.mails("an@noord.example")
    return letter.text.split(f"https://{SITE}", 1)[1].split()[0]


@pytest.fixture(scope="session")
def certificate(folder: Path) -> Path:
    """Made for this one run; its key lies beside it, under the names of the page."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SITE)])
    names = x509.SubjectAlternativeName([x509.DNSName(SITE)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(names, critical=False)
        .sign(key, SHA256())
    )
    pem = folder / "fullchain.pem"
    pem.write_bytes(made.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "privkey.pem").write_bytes(secret)
    return pem


@pytest.fixture(scope="session")
def app_socket(environ: dict[str, str], folder: Path) -> Iterator[Path]:
    """Gunicorn answers at its other end."""
    path = folder / "web.sock"
    with back(path, environ):
        yield path


@pytest.fixture(scope="session")
def site(app_socket: Path, certificate: Path, folder: Path) -> Iterator[Front]:
    place = folder / "nginx"
    place.mkdir()
    with front(place, certificate, app_socket) as nginx:
        yield nginx
