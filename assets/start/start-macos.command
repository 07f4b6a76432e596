#!/bin/sh
# GeneRAIN Explorer on macOS: a double click starts it (the first time: right click, Open).
cd "$(dirname "$0")" || exit 1

find_python() {
  for path in /opt/homebrew/bin/python3 /usr/local/bin/python3 /Library/Frameworks/Python.framework/Versions/Current/bin/python3 "$(command -v python3)"; do
    [ -x "$path" ] || continue
    "$path" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$path" && return 0
  done
  return 1
}

if ! python=$(find_python); then
  echo "Python 3.11 or later is needed."
  if command -v brew >/dev/null; then
    brew install python@3.13
  else
    echo "The installer of python.org opens now; when it is done, press Enter here."
    open "https://www.python.org/downloads/macos/"
    read -r _
  fi
  python=$(find_python) || { echo "Python was not found. Install it, then start again. Press Enter to close."; read -r _; exit 1; }
fi
"$python" start.py "$@" || { status=$?; [ -t 0 ] && { echo "Press Enter to close."; read -r _; }; exit $status; }
