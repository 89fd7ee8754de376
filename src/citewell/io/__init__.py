"""All side effects: disk, cache, publishing, worker processes, the report, the preview server."""


class SurroundingsError(Exception):
    """The call or its surroundings are wrong, such as a folder or a full disk: one sentence for a person."""


def reason(error: OSError) -> str:
    """Give the system's own words for what went wrong, to stand inside a sentence."""
    words = error.strerror or str(error)
    return words[:1].lower() + words[1:]
