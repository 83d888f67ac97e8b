from pathlib import Path

Path("data/notes.txt").write_text("new")
