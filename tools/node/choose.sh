# shellcheck shell=bash
# Puts a Node that can build the web parts first on PATH: the machine's own if it is new enough (20.19+ or 22.12+, with
# an npm beside it), else the pinned one that tools/setup keeps in build/node. Fails when there is neither.

node_is_new_enough() {
    local version major minor
    command -v npm >/dev/null && version=$(node --version 2>/dev/null) || return 1
    IFS=. read -r major minor _ <<<"${version#v}"
    ((major > 22 || (major == 22 && minor >= 12) || (major == 20 && minor >= 19)))
}

# $1: the top of the checkout
choose_node() {
    node_is_new_enough && return
    local bin
    for bin in "$1"/build/node/node_modules/{.bin,node-linux-*/bin}; do
        [[ ! -d $bin ]] || PATH=$bin:$PATH
    done
    export PATH
    node_is_new_enough
}
