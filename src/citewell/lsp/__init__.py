"""Help inside an editor, over the Language Server Protocol: what is wrong, what can be typed, and where things are.

`server` speaks the protocol, `desk` keeps a site with its open files; the other modules are functions from what is known of a
site and the text at hand to values of our own.
"""
