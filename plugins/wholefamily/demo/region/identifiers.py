"""Identifiers of the right shape for invented persons, as polars expressions (vectorised; domain.md section 4.1)."""

from functools import reduce

import numpy as np
import polars as pl

from wholefamily.demo.region.names import Ints

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
NHS_TEST_RANGE = 900_000
"""Numbers 999 ddd ddd c that can be given out; the NHS keeps the 999 range for tests."""
_FIRST, _SECOND = "ABCEGHJKLMNPRSTWXYZ", "ABCEGHJKLMNPRSTWXYZ"
_BARRED = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ", "OO", "CR", "FY", "MW", "NC", "PP", "PY", "PZ"}
NINO_PREFIXES = [a + b for a in _FIRST for b in _SECOND if a + b not in _BARRED]


def digits(column: str, width: int) -> pl.Expr:
    """A whole number as text of ``width`` digits."""
    return pl.col(column).cast(pl.String).str.zfill(width)


def pick(text: list[str], index: pl.Expr) -> pl.Expr:
    """The element of a fixed list at each index."""
    return pl.lit(pl.Series(text, dtype=pl.String)).gather(index)


def nhs_serials(count: int) -> Ints:
    """The first ``count`` six-digit serials of the test range whose check digit is not 10."""
    serials = np.arange(1, 1_000_000, dtype=np.int64)
    found: Ints = serials[_nhs_check(serials) != 10][:count]
    return found


def _nhs_check(serial: Ints) -> Ints:
    total = 9 * (10 + 9 + 8) + sum((serial // 10 ** (5 - i) % 10) * (7 - i) for i in range(6))
    check: Ints = (11 - total % 11) % 11
    return check


def nhs_number(serial: str) -> pl.Expr:
    """The NHS number 999 + serial + check digit; null where the serial is."""
    total: pl.Expr = reduce(lambda a, b: a + b, ((pl.col(serial) // 10 ** (5 - i) % 10) * (7 - i) for i in range(6))) + 243
    return pl.lit("999") + digits(serial, 6) + ((11 - total % 11) % 11).cast(pl.String)


def upn(la: str, establishment: str, year: str, serial: str) -> pl.Expr:
    """The unique pupil number of an authority number, establishment (4 digits), year (2) and serial (3)."""
    number = pl.col(la).cast(pl.Int64) * 10**9 + pl.col(establishment) * 10**5 + pl.col(year) * 10**3 + pl.col(serial)
    total: pl.Expr = reduce(lambda a, b: a + b, ((number // 10 ** (13 - i) % 10) * i for i in range(2, 14)))
    return pick(list(UPN_LETTERS), total % 23) + number.cast(pl.String)


def nino(serial: str) -> pl.Expr:
    """A National Insurance number of valid shape, unique for each serial below 300 million."""
    spread = (pl.col(serial).cast(pl.Int64) * 7_919_003 + 1_234_567) % (len(NINO_PREFIXES) * 10**6)
    body = (spread % 10**6).cast(pl.String).str.zfill(6)
    return pick(NINO_PREFIXES, spread // 10**6) + body + pick(list("ABCD"), pl.col(serial) % 4)


def pnc_id(year: str, serial: str) -> pl.Expr:
    """The PNC id YYYY/NNNNNNNX with its check letter."""
    number = (pl.col(year).cast(pl.Int64) % 100) * 10**7 + pl.col(serial)
    return pl.col(year).cast(pl.String) + "/" + digits(serial, 7) + pick(list(PNC_LETTERS), number % 23)
