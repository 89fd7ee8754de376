"""What editors may write in it."""

from typing import Annotated

from pydantic import Field

from citewell.parse.schema import TermShape

Terms = Annotated[list[TermShape], Field(min_length=1)]
