"""The gateway over TLS, with papers that only these tests believe."""

import pytest

from storage.bucket import Bucket
from tests.servers import rgw


@pytest.fixture
def s3_tls(s3_server: rgw.Rgw, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(s3_server.cafile))
    return s3_server.bucket(rgw.PLAIN, tls=True)
