"""The same door against an issuer that others wrote: oidc-provider-mock."""

import warnings
from collections.abc import Iterator

import pytest
import requests
from flask import Flask

from app.kernel.clock import system_clock
from identity.oidc import Oidc
from tests.identity.coming import CLAIMS, knows_whose_code_it_is, says_who_it_is
from tests.servers.web import free_port, serving

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def door() -> Iterator[Oidc]:
    port = free_port()
    with serving(_mock(), port) as address:
        yield Oidc(address, "energiepost", "geheim", clock=system_clock)


def _mock() -> Flask:
    with warnings.catch_warnings():  # it still uses what Authlib will drop
        warnings.simplefilter("ignore")
        import oidc_provider_mock as mock  # noqa: PLC0415 - warns on import

        made: Flask = mock.app(
            require_nonce=True,
            user_claims=[mock.User(sub="wiebe", claims=CLAIMS)],
        )
    return made


def go(address: str) -> str:
    answer = requests.post(
        address, data={"sub": "wiebe"}, allow_redirects=False, timeout=5
    )
    return answer.headers["Location"]


def test_an_issuer_of_others_says_who_it_is(door: Oidc) -> None:
    says_who_it_is(door, go)


def test_a_code_that_was_taken_away_is_good_for_nobody(door: Oidc) -> None:
    knows_whose_code_it_is(door, go)
