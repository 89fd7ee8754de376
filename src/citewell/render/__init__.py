"""From a `View` and its `Article` to HTML. Reads nothing but its arguments."""
