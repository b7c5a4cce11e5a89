#!/bin/sh
# Makes the host key once, the account of each distributor that has a key, and runs sshd.
set -eu
keys=/etc/altscore/landing-keys
host_key=/etc/altscore/landing-host-keys/ssh_host_ed25519_key
mkdir -p /run/sshd "$keys"
[ -f "$host_key" ] || ssh-keygen -q -t ed25519 -N '' -C landing-zone -f "$host_key"
ssh-keygen -lf "$host_key.pub"

# An account follows its first key within seconds. One without keys may stay: nobody enters it.
while :; do
  for file in "$keys"/dist_*; do
    id=${file##*/}
    if [ -f "$file" ] && ! getent passwd "$id" > /dev/null; then add-distributor "$id" || true; fi
  done
  sleep 5
done &
exec /usr/sbin/sshd -D -e -f /etc/altscore/sshd_config
