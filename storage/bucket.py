"""One bucket of an S3 store: how to ask it, and what its refusals mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from storage import StorageError, StoreFull

CONNECT, ANSWER, PATIENCE, ATTEMPTS = 5, 15, 60, 3
AT_ONCE = 50  # more requests than threads: a download holds on to its own
STRANGERS = frozenset({401, 403})
FULL = frozenset({"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull"})

# boto passes the second on as it is: a line over TLS on which the bytes changed
LINE_BROKE = (BotoCoreError, HTTPError)

Answer = dict[str, Any]


class Absent(StorageError):
    """There is nothing of that name in the bucket."""


class Unmet(StorageError):
    """What is there is not what the request wanted to find there."""


class OutOfRange(StorageError):
    """The range holds not one byte of what is there."""


MEANINGS = {404: Absent, 409: Unmet, 412: Unmet, 416: OutOfRange}


@dataclass(frozen=True)
class Bucket:
    """The names in a bucket that begin with our prefix."""

    name: str
    prefix: str
    quick: Any
    patient: Any

    @classmethod
    def over(cls, name: str, prefix: str = "", *, endpoint: str | None = None) -> Self:
        """With credentials as every program of AWS finds them; or ValueError."""
        session = boto3.Session()
        prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        try:
            quick = session.client("s3", endpoint_url=endpoint, config=_config(ANSWER))
            patient = session.client(
                "s3", endpoint_url=endpoint, config=_config(PATIENCE)
            )
        except (BotoCoreError, ValueError) as wanting:
            raise ValueError(f"S3: {wanting}") from wanting
        return cls(name, prefix, quick, patient)

    def ask(self, verb: str, name: str, **words: object) -> Answer:
        """Ask about one name; time-outs are short, since little has to travel."""
        return self._ask(self.quick, verb, Key=self.prefix + name, **words)

    def send(self, verb: str, name: str, **words: object) -> Answer:
        """Ask what may take the store a while, such as taking bytes in."""
        return self._ask(self.patient, verb, Key=self.prefix + name, **words)

    def head(self, name: str) -> Answer:
        """What stands above the bytes; or Absent, once the bucket is known to be."""
        try:
            return self.ask("head_object", name)
        except Absent:
            self._ask(self.quick, "head_bucket")  # an answer to HEAD gives no reason
            raise

    def content(self, name: str) -> tuple[bytes, str]:
        """All bytes of a small object, and the tag of what it is now; or Absent."""
        with speaking(self.name):
            answer = self.ask("get_object", name)
            tag: str = answer["ETag"]
            return answer["Body"].read(), tag.strip('"')  # Ceph 16 compares it bare

    def objects(self) -> Iterator[tuple[str, Answer]]:
        """Every name under the prefix, with its size and its time."""
        return self._listed("list_objects_v2", "Contents")

    def uploads(self, name: str = "") -> Iterator[tuple[str, Answer]]:
        """Every upload that was begun and not ended, of names that begin so."""
        return self._listed("list_multipart_uploads", "Uploads", begin=name)

    def parts(self, name: str, upload: str) -> list[Answer]:
        """The parts that an upload has so far, in order, as its end wants them."""
        words = {"Key": self.prefix + name, "UploadId": upload}
        pages = self.quick.get_paginator("list_parts").paginate(
            Bucket=self.name, **words
        )
        with speaking(self.name):
            return [
                {"ETag": part["ETag"], "PartNumber": part["PartNumber"]}
                for page in pages
                for part in page.get("Parts", ())
            ]

    def versions(self, name: str) -> Iterator[Answer]:
        """Every version and every marker of exactly that name, the newest first."""
        found = self._listed(
            "list_object_versions", "Versions", "DeleteMarkers", begin=name
        )
        return (version for listed, version in found if listed == name)

    def ever(self) -> Iterator[str]:
        """Every name of which there is a version, though it was deleted since."""
        return (name for name, _ in self._listed("list_object_versions", "Versions"))

    def wipe(self, name: str, *, keep: str | None = None) -> None:
        """Remove every version of the name, save one; none at all is no error."""
        for version in list(self.versions(name)):
            if version["VersionId"] != keep:
                self.ask("delete_object", name, VersionId=version["VersionId"])

    def prove_exclusive(self) -> None:
        """See that the store refuses to overwrite when asked to; or StorageError.

        Ceph 16 forgets the condition in a bucket that keeps versions.
        """
        probe = f"{uuid4()}.probe"
        self.ask("put_object", probe, Body=b"", IfNoneMatch="*")
        try:
            self.ask("put_object", probe, Body=b"", IfNoneMatch="*")
        except Unmet:
            return
        finally:
            self.wipe(probe)
        raise StorageError(
            f"bucket {self.name} overwrites what must stay: it does not keep to "
            "If-None-Match; keep no versions there, or renew the store"
        )

    def abort(self, name: str, upload: str) -> None:
        """Let go of an upload and its parts; one that ended is no error."""
        try:
            self.ask("abort_multipart_upload", name, UploadId=upload)
        except Absent:
            return

    def _listed(
        self, verb: str, *kinds: str, begin: str = ""
    ) -> Iterator[tuple[str, Answer]]:
        pages = self.quick.get_paginator(verb).paginate(
            Bucket=self.name, Prefix=self.prefix + begin
        )
        with speaking(self.name):
            for page in pages:
                for kind in kinds:
                    for entry in page.get(kind, ()):
                        yield entry["Key"].removeprefix(self.prefix), entry

    def _ask(self, client: Any, verb: str, **words: object) -> Answer:  # noqa: ANN401 - as above
        with speaking(self.name):
            answer: Answer = getattr(client, verb)(Bucket=self.name, **words)
            return answer


@contextmanager
def speaking(bucket: str) -> Iterator[None]:
    """Turn what the store answers, and that it does not, into our own words."""
    try:
        yield
    except ClientError as refusal:
        raise _meaning(bucket, refusal) from refusal
    except LINE_BROKE as failed:
        why = type(failed).__name__  # its sentence quotes addresses
        raise StorageError(f"the store of {bucket} does not answer: {why}") from failed


def _meaning(bucket: str, refusal: ClientError) -> StorageError:
    code = refusal.response["Error"]["Code"]
    status = refusal.response["ResponseMetadata"]["HTTPStatusCode"]
    if code in FULL or status == HTTPStatus.INSUFFICIENT_STORAGE:
        return StoreFull(f"there is no room left in bucket {bucket}")
    if code == "NoSuchBucket" or refusal.operation_name == "HeadBucket":
        return StorageError(f"there is no bucket {bucket} for us: {code}")
    if status in STRANGERS:
        return StorageError(f"bucket {bucket} refuses our credentials: {code}")
    return MEANINGS.get(status, StorageError)(f"bucket {bucket} answers {code}")


def _config(patience: float) -> Config:
    """As other stores than Amazon's need it too: no trailing checksums, paths."""
    return Config(
        connect_timeout=CONNECT,
        read_timeout=patience,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        max_pool_connections=AT_ONCE,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"},
    )
