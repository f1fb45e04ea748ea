#!/usr/bin/env bash
# Builds Nexus and starts it: in Development, with the demo workload. Arguments go to the program:
#   ./run.sh                        http://localhost:5080, alive within seconds
#   ./run.sh --no-demo              an empty system
#   ./run.sh --urls http://*:8080 --data /srv/nexus
#   ./run.sh users add dana --role admin
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
. "$root/.ci/require" || exit 2

program=$root/Nexus.Dashboard/bin/Release/net10.0/Nexus.Dashboard.dll
log=$(mktemp)
echo "Building (the first time takes a minute or two) ..." >&2
# The working directory stays the caller's, so that a relative --data means what it says.
if ! dotnet build "$root/Nexus.Dashboard" -c Release -v q -tl:off > "$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
fi
rm -f "$log"

# exec: Ctrl-C and a service manager's SIGTERM reach the program itself, and it drains.
export ASPNETCORE_ENVIRONMENT=${ASPNETCORE_ENVIRONMENT:-Development}
exec dotnet "$program" "$@"
