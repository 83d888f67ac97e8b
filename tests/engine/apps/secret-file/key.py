from pathlib import Path

key = Path("/etc/shop.key")
key.write_text("0123456789")
key.chmod(0o600)
