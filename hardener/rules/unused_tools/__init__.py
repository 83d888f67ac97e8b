"""The rule unused-tools and its thinking."""
