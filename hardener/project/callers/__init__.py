"""How an image is called: what manifests, CI workflows, Makefiles and Procfiles build and run (E08, S25, U11)."""
