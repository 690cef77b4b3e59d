"""A Ceph cluster of our own with its S3 gateway, on the loopback, all in memory."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from storage.bucket import Bucket
from tests.servers.papers import papers
from tests.servers.web import HOST, free_port

PACKAGES = ("radosgw", "ceph-mon", "ceph-osd")  # named as their programs
ACCESS, SECRET = "energiepost-test", "secret of nobody"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": ACCESS,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
}
PLAIN, VERSIONED, KEYS = "blobs", "versioned", "keys"
PATIENCE = 60.0

CONF = """
[global]
fsid = {fsid}
mon host = {host}:{mon_port}
keyring = {folder}/keyring
public addr = {host}
run dir = {folder}
admin socket = {folder}/$name.asok
log file = /dev/null
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 5000
mon warn on pool no redundancy = false
# a lone monitor agrees with itself at once: 2 seconds instead of 12
paxos propose interval = 0.02
paxos min wait = 0.01
auth allow insecure global id reclaim = false
[mon]
mon data = {folder}/mon
mon cluster log file = /dev/null
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 2147483648
[client]
rgw frontends = beast tcp_nodelay=1 endpoint={host}:{port} {tls}
rgw user quota bucket sync interval = 1
rgw bucket quota ttl = 0
rgw thread pool size = 32
# every list has several pages
rgw max listing results = 5
"""
CAPS = {
    "mon.": ("mon", "allow *"),
    "client.admin": ("mon", "allow *", "osd", "allow *", "mgr", "allow *"),
    "client.rgw.a": ("mon", "allow rw", "osd", "allow rwx"),
    "osd.0": ("mon", "allow profile osd", "osd", "allow *"),
}


@dataclass(frozen=True)
class Rgw:
    """Where the gateway answers, and the folder of its cluster."""

    folder: Path
    port: int
    tls_port: int

    def bucket(self, name: str, *, tls: bool = False) -> Bucket:
        """A bucket as the house has it, with the credentials of these tests."""
        with pytest.MonkeyPatch.context() as patch:
            for variable, value in CREDENTIALS.items():
                patch.setenv(variable, value)
            return Bucket.over(name, endpoint=self.tls_url if tls else self.url)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def cafile(self) -> Path:
        return self.folder / "rgw.pem"

    @property
    def tls_url(self) -> str:
        return f"https://{HOST}:{self.tls_port}"

    def admin(self, *words: str) -> None:
        _run("radosgw-admin", "-c", self.folder / "ceph.conf", *words)

    @contextmanager
    def full(self) -> Iterator[None]:
        """Room for nothing more."""
        words = ("--quota-scope=user", "--uid=t")
        self.admin("quota", "set", *words, "--max-size=1024")
        self.admin("quota", "enable", *words)
        try:
            yield
        finally:
            self.admin("quota", "disable", *words)


def installed() -> bool:
    return all(map(shutil.which, PACKAGES))


@contextmanager
def cluster() -> Iterator[Rgw]:
    """A gateway, in plain HTTP and over TLS, for as long as the context lives."""
    folder = Path(tempfile.mkdtemp(prefix="energiepost-rgw-"))
    rgw = Rgw(folder, free_port(), free_port())
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        _configure(rgw)
        _start_mon(stack, folder)
        _start_osd(stack, folder)
        _daemon(stack, folder, "radosgw", "-n", "client.rgw.a")
        _until(lambda: _answers(rgw))
        keys = ("--access-key", ACCESS, "--secret-key", SECRET)
        rgw.admin("user", "create", "--uid=t", "--display-name=T", *keys)
        yield rgw


def _configure(rgw: Rgw) -> None:
    pem, key = papers(rgw.folder, "rgw")
    listening = f"ssl_endpoint={HOST}:{rgw.tls_port}"
    tls = f"{listening} ssl_certificate={pem} ssl_private_key={key}"
    words = {"fsid": uuid4(), "host": HOST, "mon_port": free_port()}
    conf = CONF.format(folder=rgw.folder, port=rgw.port, tls=tls, **words)
    (rgw.folder / "ceph.conf").write_text(conf)
    for name in ("mon", "osd"):
        (rgw.folder / name).mkdir()


def _start_mon(stack: ExitStack, folder: Path) -> None:
    keyring, conf = folder / "keyring", folder / "ceph.conf"
    for number, (name, caps) in enumerate(CAPS.items()):
        new = () if number else ("--create-keyring",)
        pairs = zip(caps[::2], caps[1::2], strict=True)
        flags = [word for pair in pairs for word in ("--cap", *pair)]
        _run("ceph-authtool", *new, keyring, "--gen-key", "-n", name, *flags)
    fsid, host = (
        line.partition(" = ")[2]
        for line in conf.read_text().splitlines()
        if line.startswith(("fsid", "mon host"))
    )
    monmap = folder / "monmap"
    _run("monmaptool", "--create", "--fsid", fsid, "--add", "a", host, monmap)
    made = ("--mkfs", "-i", "a", "--monmap", monmap, "--keyring", keyring)
    _run("ceph-mon", "-c", conf, *made)
    _daemon(stack, folder, "ceph-mon", "-i", "a")


def _start_osd(stack: ExitStack, folder: Path) -> None:
    conf, osd = folder / "ceph.conf", str(uuid4())
    ask = ("ceph", "-c", conf, "--connect-timeout", "30")
    _run(*ask, "osd", "new", osd)
    _run(*ask, "auth", "add", "osd.0", "-i", folder / "keyring")
    _run("ceph-osd", "-c", conf, "-i", "0", "--mkfs", "--osd-uuid", osd)
    _daemon(stack, folder, "ceph-osd", "-i", "0")
    _until(lambda: "1 up" in _run(*ask, "osd", "stat"))


def _daemon(stack: ExitStack, folder: Path, program: str, *words: str) -> None:
    log = stack.enter_context((folder / f"{program}.out").open("wb"))
    running = subprocess.Popen(
        [program, "-c", str(folder / "ceph.conf"), *words, "-f"],
        stdout=log,
        stderr=log,
        start_new_session=True,  # Ctrl-C is for the tests, who stop it in order
    )
    stack.callback(running.wait)
    stack.callback(running.kill)


def _answers(rgw: Rgw) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, rgw.port)) == 0


def _until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > deadline:
            raise RuntimeError("the gateway did not come up")
        time.sleep(0.05)


def _run(*words: object) -> str:
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr}")
    return done.stdout
