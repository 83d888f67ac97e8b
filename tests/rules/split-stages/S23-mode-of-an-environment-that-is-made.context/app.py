open("/venv/x", "w")
