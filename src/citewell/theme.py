"""Where the default theme lies."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def theme_root() -> Path:
    """The folder that holds `templates/` and `static/` of the default theme.

    An installed package carries a copy of the theme in `citewell/theme/`; in a checkout it is at the top.
    """
    packaged = _PACKAGE / "theme"
    return packaged if packaged.is_dir() else _PACKAGE.parents[1]
