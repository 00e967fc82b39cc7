#!/usr/bin/env bash
# Tuning and comparing from end to end on the CPU: a small base model from scratch, LoRA by the paper's settings, tuning of
# every weight, and evaluation before and after. torch is large, so that this is no part of .ci/run.
#
# usage: tuning/check.sh DATASET [WORK]     DATASET is built by `ljd evaluation`; PYTHON names the interpreter to use
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dataset=$1
work=${2:-$(mktemp -d)}
export HF_HUB_OFFLINE=1 HF_DATASETS_DISABLE_PROGRESS_BARS=1 TOKENIZERS_PARALLELISM=false
if [ -z "${PYTHON:-}" ]; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  PYTHON=$work/venv/bin/python
fi

refused() {
  local expected=$1 found
  shift
  if found=$("$PYTHON" "$@" 2>&1); then
    echo "not refused: $*"
    exit 1
  fi
  grep -q "error: .*$expected" <<<"$found" || { echo "$found"; exit 1; }
}

base=("$here/make_base.py" --dataset "$dataset" --out "$work/base" --steps "${STEPS:-300}" --batch 8)
"$PYTHON" "${base[@]}"
refused "is no dataset of ljd's" "$here/tune.py" --dataset "$here" --base "$work/base" --out "$work/none"
refused "has no corpus nobody" "$here/tune.py" --dataset "$dataset" --corpora nobody --base "$work/base" --out "$work/none"
refused "has no chat template" "$here/tune.py" --dataset "$dataset" --prompt chat --base "$work/base" --out "$work/none"
refused "is no multiple" "$here/tune.py" --dataset "$dataset" --batch 7 --base "$work/base" --out "$work/none"
refused "expected NAME=FOLDER" "$here/compare.py" --dataset "$dataset" --base "$work/base" --tuned nowhere --out "$work/none"
tune=("$here/tune.py" --dataset "$dataset" --base "$work/base" --records "${RECORDS:-2600}" --micro-batch 26)
"$PYTHON" "${tune[@]}" --out "$work/paper"
"$PYTHON" "${tune[@]}" --out "$work/full" --full --batch 26 --learning-rate 1e-3
"$PYTHON" "$here/compare.py" --dataset "$dataset" --base "$work/base" --tuned paper="$work/paper" full="$work/full" \
  --out "$work/compared" --limit "${LIMIT:-40}" --max-length 512
"$PYTHON" - "$work/compared/comparison.json" <<'PY'
import json, sys

lines = json.load(open(sys.argv[1], encoding="utf-8"))["compared"]
held_out = {name: next(line for line in of if (line["task"], line["metric"]) == ("ljd_held_out", "nats_per_character"))
            for name, of in lines.items()}
# What every weight learns shows; what rank 4 learns in some steps need not.
assert held_out["full"]["high"] < 0, held_out["full"]
print("held-out answers are likelier after tuning:", {name: round(line["difference"], 4) for name, line in held_out.items()})
PY
