FROM ghcr.io/acme/nightly
