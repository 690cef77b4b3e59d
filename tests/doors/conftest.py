"""Every store by turns; and the gateway over TLS, with papers only these believe."""

import pytest

from storage import BlobStore
from storage.bucket import Bucket
from tests.doors.stores import BARE, STORES
from tests.servers import rgw


@pytest.fixture(params=STORES, ids=lambda make: make.__name__)
def blobs(request: pytest.FixtureRequest) -> BlobStore:
    store: BlobStore = request.param(request)
    return store


@pytest.fixture(params=BARE, ids=lambda make: make.__name__)
def bare_blobs(request: pytest.FixtureRequest) -> BlobStore:
    store: BlobStore = request.param(request)
    return store


@pytest.fixture
def s3_tls(s3_server: rgw.Rgw, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(s3_server.cafile))
    return s3_server.bucket(rgw.PLAIN, tls=True)
