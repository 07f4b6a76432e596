#!/bin/sh
# GeneRAIN Explorer on Linux: a double click starts it ("Run in Terminal").
cd "$(dirname "$0")" || exit 1

find_python() {
  for name in python3.14 python3.13 python3.12 python3.11 python3; do
    path=$(command -v "$name") || continue
    "$path" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$path" && return 0
  done
  return 1
}

if ! python=$(find_python); then
  echo "Python 3.11 or later is needed, with venv. Your system asks for your password to install it."
  if command -v apt-get >/dev/null; then sudo apt-get update && sudo apt-get install -y python3 python3-venv
  elif command -v dnf >/dev/null; then sudo dnf install -y python3
  elif command -v zypper >/dev/null; then sudo zypper install -y python3
  elif command -v pacman >/dev/null; then sudo pacman -S --noconfirm python
  fi
  python=$(find_python) || { echo "It could not be installed. Install Python 3.11 or later, then start again."; [ -t 0 ] && read -r _; exit 1; }
fi
"$python" start.py "$@" || { status=$?; [ -t 0 ] && { echo "Press Enter to close."; read -r _; }; exit $status; }
