"""What a new article says until its editor writes. Whoever writes the file and whoever finds it unwritten read it here."""

DEK = "Say in one or two sentences what the page answers."
OPENING = (
    "Open with the promise and the problem. "
    "Cite a source by its id in square brackets, with an at sign in front."
)
REST = "Write on in Markdown."
