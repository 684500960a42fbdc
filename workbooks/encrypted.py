"""Workbooks that are encrypted with a password ([MS-OFFCRYPTO])."""

from __future__ import annotations

from workbooks.encrypted_child import DAMAGED, OPENED, UNKNOWN
from workbooks.limited_child import run_child
from workbooks.package import DAMAGED_REMEDY, Limits, Refused

# What Excel itself tries first; a workbook that is only protected against changes has this one.
_EXCELS_OWN = "VelvetSweatshop"


def decrypted(data: bytes, password: str | None, limits: Limits) -> bytes:
    """The plain workbook inside ``data``; it is kept in memory alone.

    Raises ``Refused`` when there is no password, a wrong one, or an unknown way of encryption.
    """
    passwords = [*([password] if password else []), _EXCELS_OWN]
    task = {"data": data, "passwords": passwords}
    verdict, result = run_child("workbooks.encrypted_child", task, limits)
    if verdict == OPENED and isinstance(result, bytes):
        return result
    if verdict == DAMAGED:
        raise Refused("is encrypted, and damaged", DAMAGED_REMEDY)
    if verdict == UNKNOWN:
        raise Refused("is encrypted in a way that is not known here", "save it without a password")
    if password:
        raise Refused("is encrypted, and the password is not the right one", "check the password")
    raise Refused(
        "is encrypted",
        "give its password with --password or in CROSSFOOT_PASSWORD, or save it without one",
    )
