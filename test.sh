#!/usr/bin/env bash
# Builds the solution with warnings as errors, publishes the program once, and runs every test: unit, property, simulation,
# architecture, component and API tests (Nexus.Dashboard.Tests), then the pages in Chromium (e2e).
# Ends with the line "N passed, N failed" and exit code 0 only when nothing failed.
#   ./test.sh                 what a pull request must pass
#   ./test.sh --long          the million steps and the thousand kills too
#   ./test.sh --only e2e      one of the two suites: tests, e2e
set -uo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
cd "$root" || exit 2
exec < /dev/null

suites="tests e2e"
limit=25m
while [ $# -gt 0 ]; do
    case $1 in
        --long) export NEXUS_LONG=1; limit=6h ;;
        --only) shift; suites=${1:-} ;;
        -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "test.sh: unknown option '$1' (see --help)" >&2; exit 2 ;;
    esac
    shift
done
case $suites in tests | e2e | "tests e2e") ;; *) echo "test.sh: --only takes tests or e2e" >&2; exit 2 ;; esac

passed=0 failed=0 skipped=0 ran=""
# What failed is named again beside the totals: who reads only the end of a long log must learn it too.
finish() {
    tail=""
    [ "$skipped" -gt 0 ] && tail=", $skipped skipped"
    for suite in $ran; do
        grep -hE -A 12 '^failed ' "artifacts/$suite.log" | cut -c1-600
    done
    echo "$passed passed, $failed failed$tail"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}
# What never came to run counts as one failure, so that a broken build cannot look like a green one.
give_up() {
    echo "$1" >&2
    failed=$((failed + 1))
    finish
}
trap 'trap - INT TERM; give_up "interrupted"' INT TERM

step() { printf '\n== %s (%dm %02ds)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }

. "$root/.ci/require" || give_up "Nothing was built."

step "restore"
dotnet restore Nexus.Dashboard.sln --locked-mode -v q -tl:off || give_up "The restore failed: do the packages.lock.json files belong to this commit?"

step "build"
dotnet build Nexus.Dashboard.sln -c Release --no-restore -warnaserror -v q -tl:off || give_up "The build failed."

step "publish"
rm -rf artifacts/published
dotnet publish Nexus.Dashboard -c Release --no-build -v q -tl:off -o artifacts/published || give_up "The publish failed."
export NEXUS_PUBLISHED=$root/artifacts/published

# A command may exist and still not run (Ubuntu's chromium-browser only asks for a snap).
find_chromium() {
    for candidate in "${NEXUS_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        if [ -n "$candidate" ] && command -v "$candidate" > /dev/null && "$candidate" --version > /dev/null 2>&1; then
            NEXUS_CHROMIUM=$(command -v "$candidate")
            export NEXUS_CHROMIUM
            return 0
        fi
    done
    return 1
}

install_chromium() {
    if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q > artifacts/chromium.log 2>&1
        apt-get install -y -q --no-install-recommends chromium >> artifacts/chromium.log 2>&1 && find_chromium && return 0
    fi
    # The Playwright package brings its own installer; its browser is the one Playwright starts when no path is given.
    echo "No Chromium from the system's packages; trying Playwright's own ..." >&2
    unset NEXUS_CHROMIUM
    playwright=e2e/bin/Release/net10.0/.playwright
    with_deps=""
    [ "$(id -u)" -eq 0 ] && with_deps=--with-deps
    for driver in "$playwright"/node/linux-*/node "$playwright"/node/darwin-*/node node; do
        if command -v "$driver" > /dev/null && timeout 5m "$driver" "$playwright/package/cli.js" install $with_deps chromium >> artifacts/chromium.log 2>&1; then
            return 0
        fi
    done
    tail -5 artifacts/chromium.log >&2
    return 1
}

case $suites in
    *e2e*)
        step "browser"
        mkdir -p artifacts
        if find_chromium || install_chromium; then
            echo "${NEXUS_CHROMIUM:-the browser of the Playwright package}"
        else
            echo "The pages cannot be tested without Chromium. Install it (Debian: apt-get install chromium) or name one in NEXUS_CHROMIUM." >&2
            failed=$((failed + 1))
            suites=${suites%e2e}
        fi ;;
esac

# Runs one test program and adds its totals; one that ends without totals, or fails with none failed, counts as one failure.
run_suite() {
    step "$1"
    log=artifacts/$1.log
    ran="$ran $1"
    timeout --kill-after=30s "$limit" dotnet test --project "$2" -c Release --no-build --no-progress --no-ansi 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    total() { sed -n "s/^ *$1: *\([0-9][0-9]*\).*/\1/p" "$log" | tail -1; }
    suite_passed=$(total succeeded) suite_failed=$(total failed) suite_skipped=$(total skipped)
    if [ -z "$suite_passed" ] || { [ "$code" -ne 0 ] && [ "${suite_failed:-0}" -eq 0 ]; }; then
        echo "The runner of $1 ended with exit code $code and no failed test to show for it." >&2
        suite_failed=$((${suite_failed:-0} + 1))
    fi
    passed=$((passed + ${suite_passed:-0})) failed=$((failed + ${suite_failed:-0})) skipped=$((skipped + ${suite_skipped:-0}))
}

mkdir -p artifacts
for suite in $suites; do
    case $suite in
        tests) run_suite tests Nexus.Dashboard.Tests ;;
        e2e) run_suite e2e e2e ;;
    esac
done

step "done"
finish
