"""The certified oidc-provider, which runs on Node: others wrote it and test it."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from joserfc.jwk import ECKey, KeySet

from tests import npm
from tests.servers.house import ROOT
from tests.servers.web import HOST, free_port

HERE = Path(__file__).parent
ROOM = ROOT / "var" / "certified"
PROGRAM = "provider.js"
PAGES = 10  # of signing in, of consent, and between them


def is_at_hand() -> bool:
    """Whether there is Node here, and the provider was fetched for it."""
    has_node = shutil.which("node") is not None
    return has_node and npm.is_fetched(HERE, ROOM) and (ROOM / PROGRAM).exists()


def fetch() -> None:
    """Have the provider at hand; CalledProcessError when there is no way to it."""
    npm.fetch(HERE, ROOM)
    (ROOM / PROGRAM).write_bytes((HERE / PROGRAM).read_bytes())


@dataclass(frozen=True)
class Certified:
    """What it knows: its clients, what it claims of everybody; keys change."""

    address: str
    clients: Sequence[Mapping[str, Any]]
    claims: Mapping[str, Any]

    @contextmanager
    def running(self) -> Iterator[None]:
        """It answers, with keys that it did not have before, until the block ends."""
        keys = KeySet([ECKey.generate_key("P-256", {"use": "sig"})])
        told = {**vars(self), "jwks": keys.as_dict(private=True)}
        with subprocess.Popen(
            ["node", PROGRAM],
            cwd=ROOM,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as node:
            assert node.stdin
            assert node.stdout
            node.stdin.write(json.dumps(told))
            node.stdin.close()
            try:
                assert node.stdout.readline().strip() == self.address
                yield
            finally:
                node.terminate()


def address() -> str:
    return f"http://{HOST}:{free_port()}"


def came_back(start: str, back: str) -> str:
    """Through the provider's own pages: the address to which it sends the person."""
    browser = requests.Session()
    answer = browser.get(start, allow_redirects=False, timeout=5)
    for _page in range(PAGES):
        if (there := answer.headers.get("Location", "")).startswith(back):
            return there
        if there:
            here = urljoin(answer.url, there)
            answer = browser.get(here, allow_redirects=False, timeout=5)
        else:
            prompt = "login" if 'value="login"' in answer.text else "consent"
            form = {"prompt": prompt, "login": "wiebe", "password": "x"}
            answer = browser.post(
                answer.url, data=form, allow_redirects=False, timeout=5
            )
    raise AssertionError(f"the way does not end: {answer.status_code} {answer.url}")
