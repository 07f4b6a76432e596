"""Ways to break a file, by a seed."""

import random

_BYTES = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00" * 8, b"\xff" * 8)
_TEXTS = (
    b"9" * 400,
    b"-1",
    b"1e400",
    b"nan",
    b"inf",
    b'"',
    b"''",
    b"\t",
    b",",
    b";",
    b"\n",
    b"\r",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\\",
)
_TEXTS += (
    b"<script>alert(1)</script>",
    b"=cmd|' /C calc'!A0",
    b"../../../../etc/passwd",
    b"{" * 3000,
    b"[" * 3000,
    b"A" * 200_000,
    "‮𝔘".encode(),
)
_NUMBERS = (b"0", b"-1", b"2147483648", b"99999999999", b"18446744073709551616", b"1e308", b"0.0000001", b"0x1A20")


def harmed(content: bytes, seed: int) -> bytes:
    """Return a file with one to four faults in it."""
    chance, out = random.Random(seed), content
    for _ in range(chance.choice((1, 1, 2, 4))):
        out = chance.choice((_cut, _flip, _overwrite, _insert, _double, _drop, _number, _shuffle))(out or b"\n", chance)
    return out


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _flip(content: bytes, chance: random.Random) -> bytes:
    out = bytearray(content)
    for _ in range(chance.choice((1, 3, 20))):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def _overwrite(content: bytes, chance: random.Random) -> bytes:
    at, new = chance.randrange(len(content)), chance.choice(_BYTES)
    return content[:at] + new + content[at + len(new) :]


def _insert(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.choice(_TEXTS) + content[at:]


def _double(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    piece = content[at : at + chance.choice((1, 40, 4000))]
    return content[:at] + piece * chance.choice((2, 50)) + content[at:]


def _drop(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.choice((1, 8, 200)) :]


def _number(content: bytes, chance: random.Random) -> bytes:
    digits = [i for i, byte in enumerate(content) if 48 <= byte < 58]
    if not digits:
        return content
    at = chance.choice(digits)
    return content[:at] + chance.choice(_NUMBERS) + content[at + 1 :]


def _shuffle(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)
