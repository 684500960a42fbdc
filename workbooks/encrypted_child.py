"""The child process that opens an encrypted .xlsx, .xlsm, .xlsb or .xls with msoffcrypto-tool."""

from __future__ import annotations

import io
import marshal
import sys
from typing import Any

from workbooks.child_limits import limit_itself

OPENED, WRONG, UNKNOWN, DAMAGED = "opened", "wrong password", "unknown method", "damaged"


def main(task: dict[str, Any]) -> None:
    """Decrypts ``task["data"]`` with the first of ``task["passwords"]`` that fits."""
    limit_itself(task["seconds"], task["bytes"])
    try:
        outcome = decrypted(task["data"], task["passwords"])
    except (MemoryError, ImportError):  # a library may find no room to be loaded
        raise SystemExit(1) from None  # the parent says what the limits were
    except BaseException as error:  # a panic of native code is no Exception
        outcome = (DAMAGED, type(error).__name__)
    sys.stdout.buffer.write(marshal.dumps(outcome))
    sys.stdout.buffer.flush()


def decrypted(data: bytes, passwords: list[str]) -> tuple[str, bytes | str]:
    """``OPENED`` and the plain workbook, or why not and the name of the error."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    for password in passwords:
        try:
            file = msoffcrypto.OfficeFile(io.BytesIO(data))
            file.load_key(password=password, verify_password=True)
        except InvalidKeyError:
            continue
        except (DecryptionError, FileFormatError) as error:
            return UNKNOWN, type(error).__name__
        plain = io.BytesIO()
        file.decrypt(plain)
        return OPENED, plain.getvalue()
    return WRONG, ""
