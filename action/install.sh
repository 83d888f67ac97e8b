#!/usr/bin/env bash
# Installs what harden needs beside itself, by hash; harden is this checkout, so the commit that `uses:` names is what runs.
set -euo pipefail
python=${HARDEN_PYTHON:-python3}
"$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "::error::harden needs Python 3.11 or newer; run actions/setup-python before it"
  exit 2
}
"$python" -I -m venv --clear "$RUNNER_TEMP/harden"
python=$RUNNER_TEMP/harden/bin/python
"$python" -I -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
  -r "$HARDEN_ACTION/requirements.txt"
# no file of the repository that is checked can be imported: Python runs isolated (-I) and finds harden by this line
printf '%s\n' "$HARDEN_ACTION" >"$("$python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/hardener.pth"
