from pathlib import Path


def save(number: int) -> None:
    folder = Path(
        "/data/notes"
    )
    (folder / str(number)).write_text("")
