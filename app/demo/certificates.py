"""Test certificates with their keys, and what an authority tells of those it made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import cast

from asn1crypto import crl as asn1_crl
from asn1crypto import keys
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
UNTIL = datetime(2036, 1, 1, tzinfo=UTC)
LIST_DAYS = timedelta(days=7)
NO_USAGE = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}
AUTHORITY = ("key_cert_sign", "crl_sign")
SIGNATURE, AUTHENTICATION = ("content_commitment",), ("digital_signature",)
STAMPING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
# where one could ask whether it still counts; nobody does, the answer lies in the paper
ASK = x509.AuthorityInformationAccess(
    [
        x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP,
            x509.UniformResourceIdentifier("http://ocsp.eid.example"),
        )
    ]
)


@dataclass
class Holder:
    """A certificate with its key, and what it issued that it took back since."""

    certificate: x509.Certificate
    key: Key
    revoked: list[int] = field(default_factory=list)

    @classmethod
    def parse(cls, pem: bytes) -> "Holder":
        key = cast("Key", load_pem_private_key(pem, None))
        return cls(x509.load_pem_x509_certificate(pem), key)

    @cached_property
    def loaded(self) -> asn1.Certificate:
        return asn1.Certificate.load(self.certificate.public_bytes(Encoding.DER))

    @property
    def pem(self) -> bytes:
        """Both, to be kept where nobody else looks."""
        secret = self.key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        return self.certificate.public_bytes(Encoding.PEM) + secret

    @property
    def secret(self) -> keys.PrivateKeyInfo:
        der = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return keys.PrivateKeyInfo.load(der)

    def crl(self, at: datetime) -> asn1_crl.CertificateList:
        """What it took back, as of then; good for a week."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at)
            .next_update(at + LIST_DAYS)
        )
        for serial in self.revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(at - timedelta(days=1))
                .build()
            )
        made = builder.sign(self.key, SHA384())
        return asn1_crl.CertificateList.load(made.public_bytes(Encoding.DER))

    def answer(self, about: "Holder", at: datetime) -> asn1_ocsp.OCSPResponse:
        """What it answers who asks for one card; good for a week."""
        is_revoked = about.certificate.serial_number in self.revoked
        status = ocsp.OCSPCertStatus
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=about.certificate,
            issuer=self.certificate,
            algorithm=SHA1(),  # noqa: S303 - names the issuer, proves nothing
            cert_status=status.REVOKED if is_revoked else status.GOOD,
            this_update=at,
            next_update=at + LIST_DAYS,
            revocation_time=at - timedelta(days=1) if is_revoked else None,
            revocation_reason=None,
        )
        named = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
        made = named.sign(self.key, SHA384())
        return asn1_ocsp.OCSPResponse.load(made.public_bytes(Encoding.DER))


def holder(
    names: dict[x509.ObjectIdentifier, str],
    issuer: Holder | None = None,
    *,
    usage: Sequence[str] = AUTHORITY,
    extension: x509.ExtensionType = ASK,
    until: datetime = UNTIL,
    stamps: bool = False,
) -> Holder:
    """Somebody with a key on P-384, as on Belgian cards; who makes stamps, RSA."""
    # what makes test timestamps knows no curves
    key = _slow_key() if stamps else ec.generate_private_key(ec.SECP384R1())
    name = x509.Name([x509.NameAttribute(oid, text) for oid, text in names.items()])
    allowed = x509.KeyUsage(**{**NO_USAGE, **dict.fromkeys(usage, True)})
    rank = x509.BasicConstraints(ca=usage == AUTHORITY, path_length=None)
    authority = issuer.key if issuer else key
    public = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(until)
    )
    told: dict[x509.ExtensionType, bool] = {
        **dict.fromkeys((rank, allowed), True),
        **dict.fromkeys((public, by), False),
        extension: extension == STAMPING,
    }
    for one, is_critical in told.items():
        builder = builder.add_extension(one, is_critical)
    return Holder(builder.sign(authority, SHA384()), key)


@cache
def _slow_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
