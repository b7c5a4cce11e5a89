#!/bin/sh
# Reads each setting that holds a password from the file its NAME_FILE names, as official images do, then becomes the program:
# so it never stands in the container's configuration.
set -eu
for name in DATABASE_URL SMTP_URL ALERT_WEBHOOK_SECRET; do
  eval "file=\${${name}_FILE:-}"
  if [ -n "$file" ]; then
    export "$name=$(cat "$file")"
  fi
done
exec node --enable-source-maps "$@"
