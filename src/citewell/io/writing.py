"""A file of the editor's own, changed in one step: whoever reads it meets the former text or the new one."""

import os
from pathlib import Path
from stat import S_IMODE
from tempfile import NamedTemporaryFile

from citewell.io import SurroundingsError, reason


def replace_file(path: Path, data: bytes) -> None:
    """Put these bytes in place of a file, or make it; its permissions stay.

    Raises SurroundingsError where it cannot be written; the file is then as it was.
    """
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            fresh = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            fresh.chmod(S_IMODE(path.stat().st_mode) if path.exists() else 0o644)
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SurroundingsError(f"cannot write {path}: {reason(error)}") from error
