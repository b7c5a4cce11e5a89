#!/bin/sh
# Makes the namespace and the search attributes that operators filter workflows by, where they are missing.
set -eu
namespace="${TEMPORAL_NAMESPACE:-default}"
temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention "${TEMPORAL_RETENTION:-30d}"
# The server needs some seconds to notice a new namespace.
for _ in $(seq 30); do
  known="$(temporal operator search-attribute list --namespace "$namespace" 2>/dev/null)" && break
  sleep 2
done
: "${known:?the namespace $namespace does not answer}"
for attribute in DistributorId=Keyword ErpType=Keyword OnboardingStage=Keyword WaitingOn=Keyword SyncOutcome=Keyword SyncedThrough=Datetime; do
  name="${attribute%=*}"
  echo "$known" | grep -qw "$name" ||
    temporal operator search-attribute create --namespace "$namespace" --name "$name" --type "${attribute#*=}"
done
