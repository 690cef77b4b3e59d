"""PAdES signatures, checked offline: all the proof must lie in the document."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import pem
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy

from signing import Look, Reason, Refused, Signatory, Signed
from signing.apart import settled
from signing.look import look

# a card says 71715100070, an app PNOBE-71715100070; both are Belgian numbers
NATIONAL_NUMBER = re.compile(r"(?:PNOBE-)?([0-9]{11})", re.ASCII)
CARD = " (Signature)"
SIGNED_AND_ONLY_ADDED_TO = 3
MOST_SIGNATURES = 8
END = b"%%EOF"
TO_SIGN_WITH = "non_repudiation"
UNPROVEN: Mapping[object, Reason] = {
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE: Reason.NO_PROOF,
    AdESIndeterminate.TRY_LATER: Reason.NO_PROOF,
    AdESIndeterminate.NO_POE: Reason.EXPIRED,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: Reason.EXPIRED,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: Reason.EXPIRED,
}

# it tells at length what it doubts, and with whom: certificates name people
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Pades:
    """Signatures that lead to one of these roots; those of timestamps among them."""

    roots: Sequence[Certificate]

    @classmethod
    def parse(cls, text: bytes) -> "Pades":
        """From certificates as PEM, one behind the other; ValueError for none."""
        found = [der for kind, _, der in pem.unarmor(text, multiple=True)]
        return cls([Certificate.load(der, strict=True) for der in found])

    def prepare(self, document: bytes) -> bytes:
        """With an empty form in it: a signature is told from a change by that."""
        pages, out = IncrementalPdfFileWriter(BytesIO(document)), BytesIO()
        form = {
            NameObject("/Fields"): ArrayObject(),
            NameObject("/SigFlags"): NumberObject(SIGNED_AND_ONLY_ADDED_TO),
        }
        pages.root[NameObject("/AcroForm")] = pages.add_object(DictionaryObject(form))
        pages.update_root()
        pages.write(out)
        return out.getvalue()

    def look(self, content: bytes) -> Look | None:
        """Tell what is in a PDF; None when it cannot be read, whatever is handed in."""
        return look(content)

    def check(
        self, content: bytes, original: bytes, *, at: datetime
    ) -> Signed | Refused:
        """Tell who signed the original, as of that moment; whatever is handed in."""
        try:
            return self._checked(content, original, at)
        except _Unfit as unfit:
            return Refused(unfit.reason)
        except Exception:  # noqa: BLE001 - a stranger's file may break any reader
            return Refused(Reason.UNREADABLE)

    def _checked(self, content: bytes, original: bytes, at: datetime) -> Signed:
        """Every signature counts, or none does."""
        reader = PdfFileReader(BytesIO(content))
        signatures = reader.embedded_regular_signatures
        if not signatures:
            raise _Unfit(Reason.UNSIGNED)
        if not content.rstrip().endswith(END):
            raise _Unfit(Reason.TAMPERED)
        if len(signatures) > MOST_SIGNATURES:
            raise _Unfit(Reason.SEVERAL)
        last = signatures[-1]
        found = [self._signatory(one, at, is_last=one is last) for one in signatures]
        _must_be_of(original, content, reader)
        people: dict[str, Signatory] = {}
        for one in found:
            people.setdefault(one.national_number, one)
        return Signed(tuple(people.values()))

    def _signatory(
        self, signature: EmbeddedPdfSignature, at: datetime, *, is_last: bool
    ) -> Signatory:
        stamped_at = _stamped_at(signature)
        moment = min(stamped_at or at, at)
        proof = self._proof(signature.reader, moment)
        status = settled(async_validate_pdf_signature(signature, proof))
        if why := _doubt(status, stamped_at, is_last=is_last):
            raise _Unfit(why)
        return _named(signature, moment)

    def _proof(self, reader: PdfFileReader, moment: datetime) -> ValidationContext:
        """What lies in the document, and nothing else, as of that moment.

        retroactive: a list that was asked for just after signing counts for it too.
        """
        how = {
            "trust_roots": list(self.roots),
            "moment": moment,
            "allow_fetching": False,
            "revinfo_policy": CertRevTrustPolicy(
                REQUIRE_REVINFO, retroactive_revinfo=True
            ),
        }
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError as none:
            raise _Unfit(Reason.NO_PROOF) from none
        return store.as_validation_context(how)


class _Unfit(Exception):
    """It is no signature that counts."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def _stamped_at(signature: EmbeddedPdfSignature) -> datetime | None:
    """The earliest that is told; whether to believe that one is seen with the rest."""
    stamps = extract_tst_data_iter(signature.signer_info, signed=False)
    told = [stamp["encap_content_info"]["content"].parsed for stamp in stamps]
    return min((stamp["gen_time"].native for stamp in told), default=None)


def _doubt(
    status: PdfSignatureStatus, stamped_at: datetime | None, *, is_last: bool
) -> Reason | None:
    """Why a signature does not count, the gravest reason first."""
    if not (status.intact and status.valid and _is_whole(status, is_last=is_last)):
        return Reason.TAMPERED
    usage = status.signing_cert.key_usage_value
    if usage is None or TO_SIGN_WITH not in usage.native:
        return Reason.NOT_FOR_SIGNING
    if status.revoked:
        return Reason.REVOKED
    why = UNPROVEN.get(status.trust_problem_indic)
    is_trusted = status.trusted and _is_stamped(status, stamped_at)
    return why or (None if is_trusted else Reason.UNTRUSTED)


def _is_stamped(status: PdfSignatureStatus, at: datetime | None) -> bool:
    """Whether the stamp that is believed tells this very moment, not one beside it."""
    stamp = status.timestamp_validity
    return stamp is None or (stamp.trusted and stamp.timestamp == at)


def _is_whole(status: PdfSignatureStatus, *, is_last: bool) -> bool:
    """Behind it stand only proof (certificates, lists, timestamps) and later hands.

    What a later signature may add to the form is seen against the original.
    """
    most = ModificationLevel.LTA_UPDATES if is_last else ModificationLevel.FORM_FILLING
    return _is_at_most(most, status.diff_result)


def _is_at_most(
    level: ModificationLevel, changed: DiffResult | SuspiciousModification | None
) -> bool:
    return isinstance(changed, DiffResult) and changed.modification_level <= level


def _must_be_of(original: bytes, content: bytes, reader: PdfFileReader) -> None:
    """It begins with the very bytes that we gave, and only signatures were added."""
    ours = _revisions(PdfFileReader(BytesIO(original)))
    is_built_on_ours = _revisions(reader)[: len(ours)] == ours
    if not (content.startswith(original) and is_built_on_ours):
        raise _Unfit(Reason.OTHER_DOCUMENT)
    added = DEFAULT_DIFF_POLICY.review_file(reader, len(ours) - 1)
    if not _is_at_most(ModificationLevel.FORM_FILLING, added):
        raise _Unfit(Reason.OTHER_DOCUMENT)


def _revisions(reader: PdfFileReader) -> list[int]:
    """Where the table of each begins: our bytes alone may lie there and be unused."""
    tables = map(reader.xrefs.get_xref_container_info, range(reader.total_revisions))
    return [table.start_location for table in tables]


def _named(signature: EmbeddedPdfSignature, moment: datetime) -> Signatory:
    subject = signature.signer_cert.subject.native
    number = NATIONAL_NUMBER.fullmatch(str(subject.get("serial_number", "")))
    if number is None:
        raise _Unfit(Reason.NO_PERSON)
    names = [str(subject.get(part, "")) for part in ("given_name", "surname")]
    full = " ".join(names) if all(names) else str(subject["common_name"])
    return Signatory(full.removesuffix(CARD), number[1], moment)
