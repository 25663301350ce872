#!/bin/sh
# Has everything there that a target of the Makefile needs; does nothing, at once, where it already is.
#   setup.sh run    a virtual environment with what the application needs
#   setup.sh dev    and what its tests and checks need
#   setup.sh test   and the programs that some tests drive, where it may install them
set -eu
cd "$(dirname "$0")"
goal=${1:?usage: setup.sh run|dev|test}
venv=.venv
case $goal in run) lock=requirements.txt ;; *) lock=requirements-dev.txt ;; esac

say() { echo "havblik: $*" >&2; }
stop() { say "$*"; exit 1; }

exec 9<setup.sh
flock 9 # two targets at once: the second waits and finds everything done

# Debian's package for venv is named after the version; pip and venv come with it.
install_package() { # package...
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing $*"
  apt-get update -qq 9<&- >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" 9<&- >/dev/null
}

# Every name in every folder of PATH, each tried: a version manager's stubs exist and do not run.
find_python() { # expression that must hold
  for name in python3.13 python3.12 python3.11 python3 python; do
    old=$IFS IFS=:
    for folder in $PATH; do
      IFS=$old
      if "$folder/$name" -c "import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13) and $1))" >/dev/null 2>&1; then
        echo "$folder/$name"
        return
      fi
    done
    IFS=$old
  done
  return 1
}

# Prefers a Python that brings pip along, then one whose system pip can serve, then one that Debian completes.
make_venv() {
  rm -rf "$venv"
  if python=$(find_python "__import__('venv') and __import__('ensurepip').version()"); then
    "$python" -m venv "$venv" && return
    rm -rf "$venv"
  fi
  if python=$(find_python "__import__('venv') and __import__('pip')"); then
    "$python" -m venv --without-pip "$venv" && "$python" -m pip --python "$venv/bin/python" --version >/dev/null 2>&1 &&
      echo "$python" >"$venv/pip-from" && return
    rm -rf "$venv"
  fi
  python=$(find_python True) || stop "needs Python 3.11, 3.12 or 3.13 and finds none of them; on Debian or Ubuntu: apt-get install python3 python3-venv"
  package=python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
  install_package "$package" || stop "$python cannot make a virtual environment. Run this, then the same again: sudo apt-get install $package"
  "$python" -m venv "$venv" || stop "$python cannot make a virtual environment"
}

pip() {
  if [ -e "$venv/pip-from" ]; then "$(cat "$venv/pip-from")" -m pip --python "$venv/bin/python" "$@"; else "$venv/bin/python" -m pip "$@"; fi
}

runs_here() { # the environment was made in this folder and its Python still runs
  [ "$(cat "$venv/made-in" 2>/dev/null)" = "$PWD" ] && "$venv/bin/python" -c 'import encodings' 2>/dev/null
}

sum=$(sha256sum <"$lock")
if ! runs_here || [ "$(cat "$venv/$lock.done" 2>/dev/null)" != "$sum" ]; then
  runs_here || { make_venv && pwd >"$venv/made-in"; }
  say "installing what $lock names (about a minute, once)"
  pip install -qq --disable-pip-version-check --no-input --progress-bar off --require-hashes --only-binary :all: -r "$lock" ||
    stop "the packages of $lock could not be installed: see above"
  echo "$sum" >"$venv/$lock.done"
  # The second holds all of the first with the same pins; a test keeps it so.
  [ "$lock" = requirements.txt ] || sha256sum <requirements.txt >"$venv/requirements.txt.done"
fi

works() {
  for program; do "$program" --version >/dev/null 2>&1 && return; done
  return 1
}

if [ "$goal" = test ]; then
  missing=
  works /usr/bin/chromium chromium chromium-browser google-chrome || missing=chromium
  works docker-compose || missing="$missing docker-compose"
  # Unquoted: two names of packages.
  [ -z "$missing" ] || install_package $missing || say "not here and not installed: $missing; the tests that need it are named at the end"
fi
