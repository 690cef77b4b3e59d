"""A chain of test certificates shaped like the Belgian one, and cards that sign."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from io import BytesIO

from asn1crypto import crl as asn1_crl
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
UNTIL = datetime(2036, 1, 1, tzinfo=UTC)
CRL_DAYS = timedelta(days=7)
JAN_NUMBER = "85073003328"


@dataclass
class Holder:
    """A certificate with its key, and what it issued that it took back since."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    revoked: list[int] = field(default_factory=list)

    @cached_property
    def loaded(self) -> asn1.Certificate:
        return asn1.Certificate.load(self.certificate.public_bytes(Encoding.DER))

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
            .next_update(at + CRL_DAYS)
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


def holder(
    names: dict[x509.ObjectIdentifier, str],
    issuer: Holder | None = None,
    *,
    extensions: Sequence[x509.ExtensionType] = (),
    is_authority: bool = True,
) -> Holder:
    """Somebody with a key on P-384, as on Belgian cards; of a timestamp's, RSA."""
    # what makes test timestamps knows no curves
    key = _slow_key() if extensions else ec.generate_private_key(ec.SECP384R1())
    name = x509.Name([x509.NameAttribute(oid, text) for oid, text in names.items()])
    usage = {
        "digital_signature": False,
        "content_commitment": not is_authority,
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "key_cert_sign": is_authority,
        "crl_sign": is_authority,
        "encipher_only": False,
        "decipher_only": False,
    }
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
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), True)  # noqa: FBT003
        .add_extension(x509.KeyUsage(**usage), True)  # noqa: FBT003 - critical
        .add_extension(public, False)  # noqa: FBT003
        .add_extension(by, False)  # noqa: FBT003
    )
    for extension in extensions:
        is_critical = isinstance(extension, x509.ExtendedKeyUsage)
        builder = builder.add_extension(extension, is_critical)
    return Holder(builder.sign(authority, SHA384()), key)


@cache
def _slow_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Belgium:
    """Root, citizens' authority and timestamps: three levels, as of the real ones."""

    root: Holder
    citizens: Holder
    stamps: Holder
    also: Sequence[Holder] = ()

    @classmethod
    def found(cls) -> "Belgium":
        be = {NameOID.COUNTRY_NAME: "BE"}
        root = holder({**be, NameOID.COMMON_NAME: "Test Root CA6"})
        citizens = holder({**be, NameOID.COMMON_NAME: "Test Citizen CA"}, root)
        stamps = holder(
            {**be, NameOID.COMMON_NAME: "Test Time Stamping Authority"},
            root,
            extensions=[x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])],
            is_authority=False,
        )
        return cls(root, citizens, stamps)

    @property
    def roots(self) -> bytes:
        """What an operator would put into the file of the setting."""
        return self.root.certificate.public_bytes(Encoding.PEM)

    def card(self, *, number: str = JAN_NUMBER, name: str = "Jan Claes") -> Holder:
        """The certificate with which somebody's card signs."""
        given, _, surname = name.partition(" ")
        return holder(
            {
                NameOID.COUNTRY_NAME: "BE",
                NameOID.COMMON_NAME: f"{name} (Signature)",
                NameOID.SURNAME: surname,
                NameOID.GIVEN_NAME: given,
                **({NameOID.SERIAL_NUMBER: number} if number else {}),
            },
            self.citizens,
            is_authority=False,
        )

    def sign(
        self,
        document: bytes,
        card: Holder,
        at: datetime,
        *,
        proof: bool = True,
        stamped: bool = True,
        lists: bool = True,
        field_name: str = "Handtekening",
    ) -> bytes:
        """PAdES B-LT: with a timestamp, and with the lists that prove all of it."""
        chain = (self.root, self.citizens, self.stamps, *self.also)
        known = [one.loaded for one in chain]
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(known)
        signer = SimpleSigner(
            signing_cert=card.loaded, signing_key=card.secret, cert_registry=store
        )
        stamper = DummyTimeStamper(
            self.stamps.loaded, self.stamps.secret, store, fixed_dt=at
        )
        how = PdfSignatureMetadata(
            field_name=field_name,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha384",
        )
        pen = PdfSigner(how, signer, timestamper=stamper if stamped else None)
        out = BytesIO()
        pages = IncrementalPdfFileWriter(BytesIO(document))
        asyncio.run(pen.async_sign_pdf(pages, output=out))
        if proof:
            issuers = (self.root, self.citizens, *self.also) if lists else ()
            crls = [issuer.crl(at) for issuer in issuers]
            DocumentSecurityStore.add_dss(out, None, certs=known, crls=crls)
        return out.getvalue()
