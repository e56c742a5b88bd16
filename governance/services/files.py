"""What is checked of every file that comes in, before a byte of it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

from django.conf import settings
from django.core.files import File
from django.db.models.fields.files import FieldFile

from governance.errors import InvalidError, TooLargeError

PICKLE_SUFFIXES = (".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth")
PICKLE_REFUSED = "{name} is a pickle: opening it would run its author's code. Save the model with skops or as ONNX."
SUFFIX_MAGIC = {".csv": (b"PK\x03\x04", b"PAR1", b"\x80\x04", b"%PDF"), ".csv.gz": (b"PK\x03\x04", b"PAR1")}


def digest_of(content: File[bytes]) -> str:
    """SHA-256 of a file, read in pieces; the file is rewound."""
    digest = hashlib.sha256()
    for chunk in content.chunks(1024 * 1024):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def check_upload(content: File[bytes], name: str, *, suffixes: tuple[str, ...] = ()) -> None:
    """Refuse a file that is too large, empty, a pickle, or not what its name says."""
    name = PurePath(name).name
    limit = settings.MAX_UPLOAD_BYTES
    size = content.size or 0
    if size > limit:
        raise TooLargeError(
            f"{name} has {size:,} bytes; the limit is {limit:,}. Count it where it lies: evenhand count {name} ...",
            fields={"file": ["too large"]},
        )
    if size == 0:
        raise InvalidError(f"{name} is empty.", fields={"file": ["empty"]})
    head = content.read(8)
    content.seek(0)
    if name.lower().endswith(PICKLE_SUFFIXES) or head[:2] in (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
        raise InvalidError(PICKLE_REFUSED.format(name=name), fields={"file": ["pickle refused"]})
    if not suffixes:
        return
    suffix = next((suffix for suffix in suffixes if name.lower().endswith(suffix)), "")
    if not suffix:
        raise InvalidError(f"{name}: send one of {', '.join(suffixes)}.", fields={"file": ["unknown kind of file"]})
    if suffix == ".parquet" and head[:4] != b"PAR1":
        raise InvalidError(f"{name} is called Parquet but is not.", fields={"file": ["not Parquet"]})
    if any(head.startswith(magic) for magic in SUFFIX_MAGIC.get(suffix, ())):
        raise InvalidError(f"{name} is called CSV but is another kind of file.", fields={"file": ["not CSV"]})


@contextmanager
def stored(field: FieldFile, name: str, content: File[bytes]) -> Iterator[None]:
    """Keep the bytes while the rest is written; nothing of them stays behind a change that is rolled back."""
    field.save(name, content, save=False)
    try:
        yield
    except Exception:
        field.delete(save=False)
        raise
