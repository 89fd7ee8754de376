"""The kinds of published files, one module each."""

from importlib import import_module
from pkgutil import iter_modules

from citewell.core.plugin import Output


def find_outputs() -> tuple[Output, ...]:
    """Give the `OUTPUT` of each module beside this one, by name."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return tuple(sorted((module.OUTPUT for module in modules), key=lambda output: output.name))
