"""One thing that can be typed."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct


class Offer(Struct, frozen=True):
    """What an editor shows of it, and what it inserts. `found_by` holds the words under which it is found too."""

    label: str
    kind: Literal["key", "value", "page", "heading", "source", "term", "block", "image"]
    detail: str = ""
    about: str | Callable[[], str] = ""  # a function where it takes work: of many offers few are shown
    insert: str = ""  # where it is not the label
    found_by: str = ""
    order: str = ""

    @property
    def told(self) -> str:
        """What an editor is told of it, in Markdown."""
        return self.about if isinstance(self.about, str) else self.about()

    def fits(self, typed: str) -> bool:
        """Tell whether what was typed may mean this."""
        sought = f"{self.label} {self.found_by}".casefold()
        return all(word in sought for word in typed.strip("\"'").casefold().split())
