"""`python -m hardener`."""

from hardener.cli.start import main

main()
