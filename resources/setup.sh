#!/usr/bin/env bash
# Makes this checkout ready: what the system lacks (Debian, Ubuntu), then .venv with exactly what requirements.lock names.
# Run again at any time: it does nothing when nothing is missing. Package sources are those that pip or uv is set up for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin:/sbin
export PIP_DISABLE_PIP_VERSION_CHECK=1
python=.venv/bin/python

say() { printf 'setup: %s\n' "$*" >&2; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    return 1
}

has_chinese_font() {
    if command -v fc-list >/dev/null; then
        [ -n "$(fc-list :lang=zh family)" ]
    else
        [ -n "$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.local/share/fonts" -iname '*cjk*' 2>/dev/null)" ]
    fi
}

missing_packages() {
    local found soname package
    found=$(ldconfig -p 2>/dev/null || true)
    find_python >/dev/null || echo python3
    "$(find_python || echo false)" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    while read -r soname package; do
        case $soname in '#'*) continue ;; esac
        [[ $found == *"$soname "* ]] || echo "$package"
    done <resources/libraries.txt
    has_chinese_font || echo fonts-noto-cjk
}

may_install() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }; }

apt() {
    local as_root=(env)
    [ "$(id -u)" = 0 ] || as_root=(sudo env)
    "${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" </dev/null >/dev/null
}

prepare_system() {
    local packages
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "this machine lacks what Debian calls: ${packages[*]}"
        say "install them with its own package manager; going on without"
    elif ! may_install; then
        say "this machine lacks: ${packages[*]}"
        say "ask its administrator for: apt-get install ${packages[*]}; going on without"
    else
        say "installing ${packages[*]}"
        { apt update && apt install -y --no-install-recommends "${packages[@]}"; } ||
            say "that failed; going on without. Try yourself: apt-get install ${packages[*]}"
    fi
}

make_venv() {
    local base
    if is_new_enough "$python"; then
        return
    elif ! base=$(find_python); then
        say "Python 3.11 or newer is missing; nothing can run without it"
        exit 1
    fi
    "$base" -m venv --clear .venv
}

# uv installs several times faster than pip. It does not read pip's settings, so the package source is handed over.
install_with_uv() {
    local index
    if ! [ -x .venv/bin/uv ]; then
        "$python" -m pip install -q --require-hashes -r <(awk '/^[a-z]/ { ours = /^uv==/ } ours' requirements.lock) || return
    fi
    index=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
        export UV_DEFAULT_INDEX=$index
    fi
    UV_SYSTEM_CERTS=1 .venv/bin/uv pip sync -q --compile-bytecode --require-hashes --python "$python" requirements.lock
}

install_with_pip() { "$python" -m pip install -q --require-hashes -r requirements.lock; }

fill_venv() {
    cmp -s requirements.lock .venv/installed.lock && return
    say "installing the Python packages of requirements.lock into .venv"
    "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip >/dev/null
    if ! install_with_uv; then
        say "uv could not; trying pip"
        if ! install_with_pip; then
            say "the packages cannot be had: check the network, and the package source that pip is set up for"
            exit 1
        fi
    fi
    cp requirements.lock .venv/installed.lock
}

prepare_system
make_venv
fill_venv
