"""How often Python looks through its memory."""

import gc


def collect_seldom() -> None:
    """Have memory looked through for circles seldom: values are frozen trees, so that there is little to find."""
    gc.set_threshold(100_000, 50, 100)
