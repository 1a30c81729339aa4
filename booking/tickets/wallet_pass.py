"""A ticket as a pass for Apple Wallet: a zip of ``pass.json``, icons, a manifest and its signature.

The manifest names each file by SHA-1, since the format knows nothing else; what protects it is the
detached PKCS #7 signature over the manifest. The code's message is the ticket as base64url text,
because the format takes text only; every reader of ours takes the text, too. A pass shows one
picture for good, so it is static like paper.
"""

import base64
import hashlib
import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from booking.tickets.envelope import take_apart
from booking.tickets.errors import PassesUnusable
from booking.tickets.ticket import Ticket
from booking.tickets.verify import pin_of
from booking.tickets.words import Words

MEDIA_TYPE: Final = "application/vnd.apple.pkpass"
ART: Final = Path(__file__).parent / "pass_art"
INK: Final = "rgb(11, 85, 99)"
SELF_SIGNED_FOR: Final = timedelta(days=365)
PACKED_AT: Final = (1980, 1, 1, 0, 0, 0)
"""Of files in the zip: the same ticket gives the same files."""

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class PassSigner:
    """Who signs passes: Apple's certificate for one pass type, with the chain up to Apple's."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: PrivateKey
    pass_type: str
    team: str

    @classmethod
    def read(cls, certificates: Path, key: Path, pass_type: str, team: str) -> Self:
        """Return the signer of a PEM file of certificates, its own first, and one of its key.

        Raises
        ------
        PassesUnusable
            If they cannot be read or do not belong together.
        """
        try:
            first, *chain = x509.load_pem_x509_certificates(certificates.read_bytes())
            private = serialization.load_pem_private_key(key.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise PassesUnusable(f"certificate or key of wallet passes: {error}") from error
        if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise PassesUnusable(f"{key}: holds neither an RSA nor an elliptic-curve key")
        if private.public_key() != first.public_key():
            raise PassesUnusable(f"{key}: is not the key of the first certificate")
        return cls(first, tuple(chain), private, pass_type, team)

    @classmethod
    def self_signed(cls, pass_type: str, team: str, now: datetime) -> Self:
        """Return a signer for demos: passes are right in form, and no phone will trust them."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Demo {pass_type}")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + SELF_SIGNED_FOR)
            .sign(key, hashes.SHA256())
        )
        return cls(certificate, (), key, pass_type, team)

    def sign(self, manifest: bytes) -> bytes:
        """Return the detached PKCS #7 signature of a manifest, as DER."""
        builder = (
            pkcs7.PKCS7SignatureBuilder()
            .set_data(manifest)
            .add_signer(self.certificate, self.key, hashes.SHA256())
        )
        for certificate in self.chain:
            builder = builder.add_certificate(certificate)
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        return builder.sign(serialization.Encoding.DER, options)


def wallet_pass(data: bytes, ticket: Ticket, signer: PassSigner, words: Words) -> bytes:
    """Return the ``.pkpass`` file of a ticket, which must be static."""
    content = _content(data, ticket, signer, words)
    files = {"pass.json": json.dumps(content, ensure_ascii=False, indent=1).encode()}
    files |= {icon.name: icon.read_bytes() for icon in sorted(ART.glob("*.png"))}
    digests = {name: _sha_1(each) for name, each in files.items()}
    manifest = json.dumps(digests, indent=1).encode()
    files |= {"manifest.json": manifest, "signature": signer.sign(manifest)}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in files.items():
            archive.writestr(zipfile.ZipInfo(name, PACKED_AT), each, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def code_text(data: bytes) -> str:
    """Return a ticket as the text that a pass's code carries."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _content(data: bytes, ticket: Ticket, signer: PassSigner, words: Words) -> dict[str, Any]:
    first, last = ticket.legs[0], ticket.legs[-1]
    pin = pin_of(take_apart(data))
    return {
        "formatVersion": 1,
        "passTypeIdentifier": signer.pass_type,
        "teamIdentifier": signer.team,
        "serialNumber": f"{ticket.order_id}-{ticket.version}",
        "groupingIdentifier": str(ticket.order_id),
        "organizationName": ticket.issuer,
        "description": f"{words('ticket')} {words.places(first, last)}",
        "logoText": ticket.issuer,
        "foregroundColor": "rgb(255, 255, 255)",
        "labelColor": "rgb(200, 225, 228)",
        "backgroundColor": INK,
        "relevantDate": _moment(first.departure),
        "expirationDate": _moment(ticket.valid_until),
        "barcodes": [
            {
                "format": "PKBarcodeFormatAztec",
                "message": code_text(data),
                "messageEncoding": "iso-8859-1",
                "altText": f"{words('pin')} {pin[:3]} {pin[3:]}",
            }
        ],
        "boardingPass": _boarding_pass(ticket, words),
    }


def _boarding_pass(ticket: Ticket, words: Words) -> dict[str, Any]:
    first, last = ticket.legs[0], ticket.legs[-1]
    people = [words.passenger(each) for each in ticket.passengers]
    return {
        "transitType": "PKTransitTypeGeneric",
        "primaryFields": [
            _field("from", words("from"), first.origin_name),
            _field("to", words("to"), last.destination_name),
        ],
        "secondaryFields": [
            _field("departure", words("departure"), words.day_and_clock(first.departure)),
            _field("arrival", words("arrival"), words.clock(last.arrival)),
        ],
        "auxiliaryFields": [
            _field("until", words("until"), words.day_and_clock(ticket.valid_until)),
            _field("passengers", words("passengers"), str(len(people))),
        ],
        "backFields": [
            _field("who", words("passengers"), "\n".join(people)),
            *(
                _field(
                    f"leg-{leg.position}",
                    f"{words.times(leg)} {words.line(leg)}",
                    f"{words.places(leg)} {words.whom(leg, ticket)}".strip(),
                )
                for leg in ticket.legs
            ),
            _field("order", words("order"), str(ticket.order_id)),
        ],
    }


def _field(key: str, label: str, value: str) -> dict[str, str]:
    return {"key": key, "label": label, "value": value}


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _sha_1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
