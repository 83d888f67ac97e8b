import subprocess
subprocess.run(["git", "rev-parse", "HEAD"])
