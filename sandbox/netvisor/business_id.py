"""Finnish business ids (Y-tunnus) for made-up companies."""

import contextlib

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def business_id(serial: int) -> str:
    """The business id with this seven-digit serial and its check digit, for example 1234567-1.

    The digit is 11 minus the weighted sum modulo 11 (0 for 0); a remainder of 1 has no digit, so it raises ValueError,
    as does a serial that is not seven digits long or less. Serials from 9,000,000 are far above those given to
    companies, so none of ours is anybody's.
    """
    digits = f"{serial:07d}"
    if len(digits) != 7:
        raise ValueError(f"a business id has seven digits before the dash, not {digits}")
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
    if remainder == 1:
        raise ValueError(f"no business id has the serial {digits}")
    return f"{digits}-{(11 - remainder) % 11}"


def business_ids(first: int, count: int) -> list[str]:
    """The first `count` business ids from a serial on, leaving out serials without a check digit."""
    found: list[str] = []
    serial = first
    while len(found) < count:
        with contextlib.suppress(ValueError):
            found.append(business_id(serial))
        serial += 1
    return found
