"""`python -m citewell` is the `citewell` command."""

from citewell.cli import main

# The guard lets a worker process import this module again without starting a second build.
if __name__ == "__main__":
    main()
