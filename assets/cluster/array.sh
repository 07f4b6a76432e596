#!/usr/bin/env bash
# One job of an array does one line of a list of commands:
#
#   sbatch --array=1-200%20 --mem=8G --time=2:00:00 assets/cluster/array.sh tasks.txt
#
# tasks.txt holds a command of `generain` a line, without the word itself, such as
#
#   cohort cohort.h5ad --predict response --groups donor -o results/response
#   perturb screen.h5ad --by target --control NTC -o results/screen
#
# Blank lines and lines that begin with # are not counted. The number of the line is what the scheduler gives (Slurm, SGE and
# its kin, PBS, LSF), or the second argument. A line that was done before is not done again, so after a stop of any kind the
# same array is submitted once more; a line that was changed is new. What a command writes appears whole or not at all.
# $PROGRAM: what to call, if `generain` is not on the PATH ("python -m generain_core").
set -euo pipefail
tasks=${1:?"name the file of commands"}
number=${2:-${SLURM_ARRAY_TASK_ID:-${PBS_ARRAY_INDEX:-${PBS_ARRAYID:-${LSB_JOBINDEX:-${SGE_TASK_ID:-}}}}}}
[[ $number =~ ^[1-9][0-9]*$ ]] || { echo "error: no number of a line; submit this as an array, or give it after the file" >&2; exit 2; }
line=$(tr -d '\r' < "$tasks" | { grep -vE '^[[:space:]]*(#|$)' || true; } | sed -n "${number}p")
[ -n "$line" ] || { echo "error: $tasks has no line $number" >&2; exit 2; }
done_folder=$tasks.done
mark=$done_folder/$(printf '%s' "$line" | cksum | tr ' ' '-')
if [ -e "$mark" ] && [ "$(cat "$mark")" = "$line" ]; then
  echo "line $number was done before: $line"
  exit 0
fi
mkdir -p "$done_folder"
eval "set -- $line"
echo "line $number: $line"
${PROGRAM:-generain} "$@"
printf '%s\n' "$line" > "$mark.$$" && mv "$mark.$$" "$mark"
