"""Raw deflate (RFC 1951) in short: with a dictionary both sides know, and bounded when inflated.

A ticket is so short that deflate alone finds little to repeat. With the dictionary the words of
German timetables cost two or three bytes each (measured in ``scripts/bench_ticket.py``).
"""

import zlib
from typing import Final

RAW: Final = -zlib.MAX_WBITS

DICTIONARY: Final = (
    "Landkreis Gemeinde Stadtbahn Straßenbahn Sportplatz Sportzentrum Gewerbegebiet "
    "Industriegebiet Krankenhaus Klinikum Universität Hochschule Gymnasium Grundschule "
    "Schulzentrum Kindergarten Friedhof Siedlung Abzweig Abzw. Am An der den dem Alte Neue "
    "Nord Süd Ost West Mitte allee brücke berg feld hof tor dorf mühle heide weg ring platz "
    "Markt Marktplatz Rathaus Kirche St. Schule straße Straße Str. "
    "regional express nacht bus taxi rufbus shuttle bahn de:0 vrn- mo-fr- sa- so- H- R- 1-1- "
    "ZOB, Bahnhof, Busbahnhof, Hauptbahnhof, Hbf"
).encode()
"""Part of layout 1, fixed for ever. The likeliest words stand last, where they are cheapest."""

DICTIONARY_2: Final = (
    b"carsharing scooter station fahrrad lastenrad deutschlandticket kommit-abo kommit-shuttle "
    + DICTIONARY
)
"""Part of layout 2, fixed for ever: shared vehicles and subscriptions came with it."""


def deflate(plain: bytes, dictionary: bytes = b"") -> bytes:
    """Return raw deflate of some bytes; the same each time with the same zlib."""
    deflater = zlib.compressobj(9, wbits=RAW, memLevel=9, zdict=dictionary)
    return deflater.compress(plain) + deflater.flush()


def inflate(packed: bytes, limit: int, dictionary: bytes = b"") -> bytes:
    """Return what ``deflate`` was given, if that is at most ``limit`` bytes.

    Raises
    ------
    ValueError
        If it is more, or the stream is damaged, cut short, or followed by anything.
    """
    inflater = zlib.decompressobj(wbits=RAW, zdict=dictionary)
    try:
        plain = inflater.decompress(packed, limit)
    except zlib.error as error:
        raise ValueError("the packed bytes are damaged") from error
    if not inflater.eof or inflater.unused_data:
        raise ValueError("the packed bytes do not end where they should")
    return plain
