"""What a file is, by its first bytes; its name may lie."""

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from generain_core.errors import GeneRAINError
from generain_core.samples.io.limits import SHEET_BYTES, UNPACKED_BYTES, check_bytes, check_packing, in_words

ACCEPTED = (
    "csv, tsv, txt (also .gz), xlsx, parquet, h5ad, 10x .h5, a 10x folder or zip, gct, .rds, .RData, one file a sample "
    "(together, in a folder, zip or tar) or the release's pickle"
)
SHEETS = "xl/"
"""How paths in an Excel file begin."""
_HEAD = 4096
_LONGEST_FOUND = 200
_XZ_MEMORY = 512 << 20
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an Excel file of before 2007 (.xls); save it as .xlsx or .csv"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"SQLite format 3", "an SQLite database"),
    (b"BAM\1", "aligned reads (BAM); count them first"),
    (b"CRAM", "aligned reads (CRAM); count them first"),
    (b"{\\rtf", "a text document (RTF)"),
)

R_STARTS = (
    *(b"%b\n" % start for start in (b"RDX2", b"RDX3", b"RDA2", b"RDA3", b"RDB2", b"RDB3", b"A\n2", b"A\n3")),
    *(b"X\n\0\0\0", b"B\n\2\0\0\0", b"B\n\3\0\0\0"),
)
"""How R's files begin: workspaces (.RData) and single objects (.rds)."""
_REFUSED_TEXTS: tuple[tuple[bytes, str], ...] = (
    (
        rb"\^(database|series|sample|platform|dataset)\b",
        "a SOFT file of GEO; give the series matrix or a supplementary table of it",
    ),
    (rb"<header>", "a NanoString file (RCC) of a panel of genes, too few for this model; give a table of RNA sequencing"),
    (
        rb"(<!--.*?-->\s*)?(<!doctype html|<html|<head|<body|<table|<script)",
        "a web page, perhaps of a failed download or sign-in",
    ),
    (rb"<\?xml|<[a-z]+:?[a-z]*[ >]", "XML"),
    (rb"\[cel\]|cel\n", "a CEL file of a microarray; the model is of RNA sequencing"),
    (rb"[\[{]", "JSON"),
    (rb"version https://git-lfs", "a pointer to a file in Git LFS; download the file itself"),
    (rb"##fileformat=vcf", "variants (VCF)"),
    (rb"##gff-version|#gtf", "an annotation of genes (GFF or GTF)"),
    (rb"@hd\t|@sq\t", "aligned reads (SAM); count them first"),
    (rb"@[^\t\n]+\n[acgtn]+\n\+", "reads (FASTQ); align and count them first"),
    (rb">[^\n]*\n[acgtun]{20,}\n", "sequences (FASTA)"),
)


def kind_of_file(head: bytes, name: str) -> str:
    """Return what a file is: gzip, bzip2, xz, zip, tar, hdf5, parquet, pickle, gct, mtx, series matrix, R or text.

    Args:
        head: its first bytes, a few thousand.
        name: for the message.

    Raises:
        GeneRAINError: it is empty, binary without a known beginning, or known to be something else.
    """
    if not head.strip():
        raise GeneRAINError(f"{name} is empty; give a table with genes and samples.")
    for magic, words in _REFUSED:
        if head.startswith(magic):
            raise _refusal(name, words)
    if head[257:262] == b"ustar":
        return "tar"
    if re.match(rb'(\xef\xbb\xbf)?\s*"?!(series|sample)_', head, re.IGNORECASE):
        return "series matrix"
    for pattern, words in _REFUSED_TEXTS:
        if re.match(rb"(\xef\xbb\xbf)?\s*(?:" + pattern + rb")", head, re.IGNORECASE):
            raise _refusal(name, words)
    starts = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"\x89HDF\r\n\x1a\n": "hdf5", b"PAR1": "parquet"}
    starts |= dict.fromkeys(R_STARTS, "R") | {b"BZh": "bzip2", b"\xfd7zXZ\0": "xz"}
    starts |= {b"#1.2": "gct", b"#1.3": "gct", b"%%MatrixMarket": "mtx"}
    for magic, kind in starts.items():
        if head.startswith(magic):
            return kind
    if re.match(rb"\x80[\x02-\x05]", head) or name.lower().endswith((".pickle", ".pkl")):
        return "pickle"
    if any(head[at : at + 8] == b"\x89HDF\r\n\x1a\n" for at in (512, 1024, 2048)):
        return "hdf5"
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and not _utf16_without_mark(head):
        control = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head))
        if b"\0" in head or control > len(head) / 100:
            raise _refusal(name, "binary data of an unknown kind")
    return "text"


def decoded(raw: bytes, name: str) -> tuple[bytes, list[str]]:
    """Return a text as UTF-8 bytes with plain line ends and without a byte-order mark, and a note if it was written otherwise.

    Raises:
        GeneRAINError: it is not UTF-16 though it starts so, or holds zero bytes.
    """
    notes: list[str] = []
    utf16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}.get(raw[:2]) or _utf16_without_mark(raw[:_HEAD])
    if utf16:
        try:
            raw = raw.decode(utf16).encode()
        except UnicodeError as error:
            raise GeneRAINError(f"{name} starts as UTF-16 text but isn't; save it as UTF-8.") from error
        notes.append("The text is UTF-16.")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in raw:
        raise _refusal(name, "text with binary data in it")
    try:
        raw.decode()
    except UnicodeDecodeError:
        raw = raw.decode("cp1252", errors="replace").encode()
        notes.append("The text is not UTF-8; it was read as Western European (Windows-1252).")
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw, notes


def unpacked(stream: IO[bytes], kind: str, name: str) -> bytes:
    """Return what a gzip, bzip2 or xz stream holds.

    Raises:
        GeneRAINError: it is damaged, or holds more than the limit.
    """
    if kind == "gzip":
        return gunzipped(stream, name)
    packed = bz2.BZ2Decompressor() if kind == "bzip2" else lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
    out = io.BytesIO()
    try:
        while not packed.eof:
            block = stream.read(1 << 20) if packed.needs_input else b""
            if packed.needs_input and not block:
                raise EOFError
            out.write(packed.decompress(block, 1 << 22))
            check_packing(name, stream.tell(), out.tell())
            check_bytes(f"{name}, unpacked,", out.tell())
    except (EOFError, OSError, ValueError, lzma.LZMAError) as error:
        raise GeneRAINError(f"{name} is a {kind} file that is cut off or damaged; make or upload it again.") from error
    return out.getvalue()


def gunzipped(stream: IO[bytes], name: str) -> bytes:
    """Return what a gzip stream holds.

    Raises:
        GeneRAINError: it is damaged, or holds more than the limit.
    """
    out = io.BytesIO()
    try:
        with gzip.GzipFile(fileobj=stream) as packed:
            while block := packed.read(1 << 22):
                out.write(block)
                check_packing(name, stream.tell(), out.tell())
                if out.tell() > UNPACKED_BYTES:
                    raise GeneRAINError(
                        f"{name} unpacks to more than {in_words(UNPACKED_BYTES)}, the most that is read; split it by samples."
                    )
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise GeneRAINError(f"{name} is a gzip file that is cut off or damaged; make or upload it again.") from error
    return out.getvalue()


def open_zip(source: IO[bytes], name: str) -> zipfile.ZipFile:
    """Open a zip whose declared sizes are within the limit and whose members stay inside; reading yields no more than declared.

    Raises:
        GeneRAINError: it is damaged, encrypted, too large, or a member's path leads outside.
    """
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise GeneRAINError(f"{name} starts as a zip file but is cut off or damaged; make or upload it again.") from error
    members = archive.infolist()
    most = SHEET_BYTES if any(member.filename.startswith(SHEETS) for member in members) else UNPACKED_BYTES
    check_bytes(f"{name}, unpacked,", sum(member.file_size for member in members), most=most)
    for member in members:
        check_packing(f"{member.filename[:60]} in {name}", member.compress_size, member.file_size)
        check_inside(member.filename, name)
        if member.flag_bits & 1:
            raise GeneRAINError(f"{name} is encrypted; zip it without a password.")
    return archive


def check_inside(path: str, name: str) -> None:
    """Refuse a member of an archive whose path leads out of it.

    Raises:
        GeneRAINError: it does.
    """
    path = path.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or re.match(r"[A-Za-z]:", path):
        raise GeneRAINError(f"{name} holds a member with a path outside the archive ({path[:60]!r}); pack the folder again.")


def member_bytes(archive: zipfile.ZipFile, member: str, name: str) -> bytes:
    """Return one member of a zip.

    Raises:
        GeneRAINError: it is damaged.
    """
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise GeneRAINError(f"{member} in {name} is damaged or packed in an unknown way; zip it again.") from error


def found_in_member(archive: zipfile.ZipFile, member: str, pattern: re.Pattern[bytes], name: str) -> Iterator[re.Match[bytes]]:
    """Yield where a pattern of few bytes occurs in a member of a zip, which is not held whole.

    Raises:
        GeneRAINError: the member is damaged.
    """
    try:
        with archive.open(member) as stream:
            tail = b""
            while block := stream.read(1 << 22):
                whole = tail + block
                done = 0
                for found in pattern.finditer(whole):
                    yield found
                    done = found.end()
                tail = whole[max(done, len(whole) - _LONGEST_FOUND) :]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise GeneRAINError(f"{member} in {name} is damaged or packed in an unknown way; zip it again.") from error


def _refusal(name: str, words: str) -> GeneRAINError:
    sentence = words if ";" in words else f"{words}, not a table of expression values"
    return GeneRAINError(f"{name} is {sentence}; accepted are {ACCEPTED}.")


def _utf16_without_mark(head: bytes) -> str:
    pairs = len(head) // 2
    if pairs < 4:
        return ""
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd > 0.9 * pairs and not even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.9 * pairs and not odd else ""
