"""The `citewell` command, also as `python -m citewell`."""

import gc
import os
import sys

from citewell.io.at_start import begin_helper, has_changed, helper_begun
from citewell.io.memory import collect_seldom
from citewell.io.same import said_before


def main() -> None:
    """Say at once what the same command over the same bytes has said; else let the command line do its work."""
    collect_seldom()
    # What is right in front matter is no matter for plug-ins of whatever else is installed; and to look for them takes long.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    try:
        said = said_before(sys.argv[1:])
        if said is not None:
            if helper := helper_begun():
                helper.end()
            for text, stream in zip(said, (sys.stderr, sys.stdout), strict=True):
                stream.write(text)
                stream.flush()
            return
    except KeyboardInterrupt:
        sys.exit(130)
    except (
        OSError,
        ValueError,
    ):  # the usual way knows what to do about a reader that has gone, or cannot read it
        pass
    if has_changed():
        begin_helper()
    from citewell.cli import main as command

    try:
        command()
    finally:
        # Python looks through its whole memory again before it ends; of a small build that took a fifth.
        gc.freeze()


# The guard lets a worker process import this module again without starting a second build.
if __name__ == "__main__":
    main()
