"""Where the default theme lies."""

import os

TYPE_CHECKING = False  # that of `typing`, which takes longer to import than this module
if TYPE_CHECKING:
    from pathlib import Path


def theme_root() -> "Path":
    """The folder that holds `templates/` and `static/` of the default theme.

    An installed package carries a copy of the theme in `citewell/theme/`; in a checkout it is at the top.
    """
    from pathlib import Path

    return Path(theme_folder())


def theme_folder() -> str:
    """The same folder, without what takes long to import."""
    package = os.path.dirname(os.path.realpath(__file__))
    packaged = f"{package}/theme"
    return packaged if os.path.isdir(packaged) else os.path.dirname(os.path.dirname(package))
