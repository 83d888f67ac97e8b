"""The rule static-base: a program that needs no library runs on a base without a shell."""
