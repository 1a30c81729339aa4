"""Zip files whose bytes depend on their content alone."""

import io
import zipfile
from collections.abc import Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip file can carry."""


def zip_bytes(files: Mapping[str, str]) -> bytes:
    """Return a zip of text files, in the order given, with fixed times and rights.

    Members are stored, not deflated: builds of zlib differ in the bytes they make.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system = 3  # Unix, also where this runs elsewhere
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    return out.getvalue()
