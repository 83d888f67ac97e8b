"""`python -m hardener`."""

from hardener.start import main

main()
