"""D02: a ticket on paper and as a wallet pass, read back as an inspector's device would."""

import json
import subprocess
import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from PIL import Image

from booking.domain.chain import ChainPoint
from booking.domain.money import Money
from booking.domain.offers import FULL_VAT_PERMILLE, Offer, Price, PriceLine
from booking.tickets.aztec import from_pixels, modules
from booking.tickets.errors import PassesUnusable
from booking.tickets.paper import paper_ticket
from booking.tickets.verify import inspect
from booking.tickets.wallet_pass import PassSigner, code_text, wallet_pass
from booking.tickets.words import Language, Words
from kommit.cli.ticket import ticket_bytes
from tests.booking.tickets.keys import RING, TICKETS
from tests.booking.tickets.phones import outing
from tests.booking.trips import EIGHT, ORDER_ID, SENDEN, chain, ride, sold

BERLIN = ZoneInfo("Europe/Berlin")
DATA = TICKETS.issue(ORDER_ID, outing())
TICKET = TICKETS.read(DATA)


def priced(offer: Offer) -> Offer:
    lines = (
        PriceLine("Zuschlag Rufbus", "x", 0, Money(200), "a", 1),
        PriceLine("Lastenrad, 1 h", "y", 1, Money(1190), "b", 5, vat_permille=FULL_VAT_PERMILLE),
        PriceLine("Rabatt", "z", 2, Money(-93), "a", 1),
    )
    return replace(offer, price=Price.of_lines(lines))


def words(language: Language = "de") -> Words:
    return Words(language, BERLIN)


def poppler(tool: str, data: bytes, *options: str) -> bytes:
    try:
        done = subprocess.run([tool, *options], input=data, capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("poppler-utils is not installed")
    return done.stdout


def printed(offer: Offer, language: Language = "de", data: bytes = DATA) -> str:
    page = paper_ticket(data, TICKETS.read(data), priced(offer), words(language))
    return poppler("pdftotext", page, "-layout", "-", "-").decode()


def test_the_printed_code_is_a_valid_ticket() -> None:
    page = paper_ticket(DATA, TICKET, outing(), words())
    image = poppler("pdftoppm", page, "-r", "200", "-gray", "-singlefile", "-")
    with Image.open(BytesIO(image)) as seen:
        data = from_pixels(np.asarray(seen.convert("L")))
    assert inspect(data, RING.public, EIGHT).ticket == TICKET


def test_the_page_says_who_travels_where_and_the_pin() -> None:
    text = printed(outing())
    pin = inspect(DATA, RING.public, EIGHT).pin
    for expected in (
        "Gültig 04.05.2026 07:30 bis 04.05.2026 11:59",
        f"{pin[:3]} {pin[3:]}",
        "1. Erwachsene/r, gilt nur mit deutschlandticket: bitte vorzeigen",
        "2. Erwachsene/r, 1. Klasse, mit Fahrrad",
        "3. Kind",
        "04.05.2026 08:45 \N{EN DASH} 08:56 RB42",
        "durchgeführt von eurobahn",
        "Leihfahrzeug: Lastenrad Senden",
        str(ORDER_ID),
    ):
        assert expected in " ".join(text.split())


def test_the_page_has_price_and_vat_by_rate() -> None:
    """200 - 93 at 7 %: 13 - 6 ct by line. 1190 at 19 %: 190."""
    lines = [" ".join(line.split()) for line in printed(outing()).splitlines()]
    for expected in (
        "1. Zuschlag Rufbus 2,00 EUR",
        "2. Lastenrad, 1 h 11,90 EUR",
        "3. Rabatt -0,93 EUR",
        "Gesamt 12,97 EUR",
        "darin 7 % USt. 0,07 EUR",
        "darin 19 % USt. 1,90 EUR",
    ):
        assert expected in lines


def test_the_page_in_english() -> None:
    text = " ".join(printed(outing(), "en").split())
    assert "Valid 2026-05-04 07:30 to 2026-05-04 11:59" in text
    assert "valid only with deutschlandticket: please show it" in text
    assert "Total 12.97 EUR" in text


def test_a_part_that_is_for_some_says_for_whom_and_a_later_issue_its_number() -> None:
    data = TICKETS.issue(ORDER_ID, outing(), version=2, without=frozenset({(3, 1)}))
    text = printed(outing(), data=data)
    assert "nur für 1., 3." in text
    assert "Ausgabe 2. Frühere Ausgaben sind ungültig." in text


def test_no_name_breaks_the_page() -> None:
    """Polish letters, arrows and Chinese: what the fonts lack becomes a question mark."""
    lodz = ChainPoint("Łódź → 北京 ✓", 51.0, 19.0)
    offer = replace(outing(), chain=chain(ride("Ż1", SENDEN, lodz)))
    data = TICKETS.issue(ORDER_ID, offer)
    assert "?ód?" in printed(offer, data=data)


def test_a_long_order_goes_on_the_next_page() -> None:
    rides = [ride(f"L{n}", SENDEN, SENDEN, EIGHT + timedelta(minutes=n)) for n in range(18)]
    offer = replace(sold(), chain=chain(*rides))
    text = printed(offer, data=TICKETS.issue(ORDER_ID, offer))
    assert "\f" in text[:-1]
    assert "Gesamt" in text


def test_words_have_both_languages_alike() -> None:
    found = json.loads(Path("booking/tickets/words.json").read_text("utf-8"))
    assert set(found["de"]) == set(found["en"])
    assert words().rate(75) == "7,5"
    assert words("en").money(Money(-5)) == "-0.05 EUR"


# --- passes


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


SIGNER = PassSigner.self_signed("pass.example.kommit", "TEAM", EIGHT)


def content_of(language: Language = "de") -> dict[str, Any]:
    made = wallet_pass(DATA, TICKET, SIGNER, words(language))
    found: dict[str, Any] = json.loads(files_of(made)["pass.json"])
    return found


def test_the_passes_code_is_read_as_a_ticket() -> None:
    (barcode,) = content_of()["barcodes"]
    message = barcode["message"].encode(barcode["messageEncoding"])
    seen = zxingcpp.create_barcode(message.decode(), zxingcpp.BarcodeFormat.Aztec).to_image(scale=4)
    pixels = np.pad(np.array(seen), 20, constant_values=255)
    assert ticket_bytes(from_pixels(pixels)) == DATA
    assert barcode["altText"] == f"PIN {TICKETS.pin(DATA)[:3]} {TICKETS.pin(DATA)[3:]}"


def test_a_picture_of_text_is_taken_by_the_inspectors_command(tmp_path: Path) -> None:
    from booking.tickets.aztec import to_png

    assert ticket_bytes(to_png(code_text(DATA).encode())) == DATA


def test_what_the_pass_says() -> None:
    content = content_of()
    assert content["serialNumber"] == f"{ORDER_ID}-1"
    assert (content["passTypeIdentifier"], content["teamIdentifier"]) == (
        "pass.example.kommit",
        "TEAM",
    )
    assert content["expirationDate"] == "2026-05-04T09:59:00Z"
    assert content["description"].startswith("Fahrschein Ottmarsbocholt, Kirche")
    fields = content["boardingPass"]
    assert [one["value"] for one in fields["primaryFields"]] == [
        "Ottmarsbocholt, Kirche",
        "Lastenrad-Box Senden",
    ]
    assert "deutschlandticket" in fields["backFields"][0]["value"]


def test_the_same_ticket_gives_the_same_pass_but_for_its_signature() -> None:
    first, second = (files_of(wallet_pass(DATA, TICKET, SIGNER, words())) for _ in range(2))
    first.pop("signature"), second.pop("signature")
    assert first == second


def test_the_chain_goes_along_and_the_key_must_fit(tmp_path: Path) -> None:
    apple = PassSigner.self_signed("pass.apple", "WWDR", EIGHT)
    pem = serialization.Encoding.PEM
    both = SIGNER.certificate.public_bytes(pem) + apple.certificate.public_bytes(pem)
    (tmp_path / "both.pem").write_bytes(both)

    def write_key(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | Any) -> Path:
        plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, *plain))
        return tmp_path / "key.pem"

    signer = PassSigner.read(tmp_path / "both.pem", write_key(SIGNER.key), "pass.x", "T")
    carried = pkcs7.load_der_pkcs7_certificates(signer.sign(b"{}"))
    assert {one.subject for one in carried} == {
        SIGNER.certificate.subject,
        apple.certificate.subject,
    }
    with pytest.raises(PassesUnusable, match="not the key of the first certificate"):
        PassSigner.read(tmp_path / "both.pem", write_key(apple.key), "pass.x", "T")
    with pytest.raises(PassesUnusable, match="certificate or key"):
        PassSigner.read(tmp_path / "none.pem", tmp_path / "key.pem", "pass.x", "T")
    assert isinstance(carried[0], x509.Certificate)


def test_a_pass_needs_a_larger_code_than_bytes_do() -> None:
    assert len(modules(code_text(DATA).encode())) > len(modules(DATA))
