#!/bin/sh
# Checks a changed policy on what Nexus recorded, and applies it on the main branch.
# check-policy.sh FOLDER BRANCH; NEXUS_URL and NEXUS_KEY say where, NEXUS how the program is started.
set -eu
folder=${1:?the folder of the policy} branch=${2:?the branch}
nexus=${NEXUS:-dotnet Nexus.Dashboard.dll}

if [ "$branch" = main ]; then
  exec $nexus policy apply "$folder"
fi

exec $nexus policy apply "$folder" --dry-run --report report.md \
  --fail-if 'waitSeconds.p95 > +5%' --fail-if 'rejected > +0' --fail-if 'deadlinesMet < -1%' --fail-if 'jain < -5%' --fail-if 'cost > +2%'
