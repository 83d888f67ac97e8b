"""Sample applications of known organisations, built and run as found and as harden leaves them."""
