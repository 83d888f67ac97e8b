import os, http.server
BASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
LOGS = os.path.join(BASE, "logs")
os.makedirs(LOGS, exist_ok=True)
open(os.path.join(LOGS, "x"), "w").write("1")
