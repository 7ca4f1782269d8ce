#!/bin/sh
# /usr/local/bin/workbook: the host's commands, as the user and on the data of workbook.service.
#   sudo workbook backup TO=/mnt/other-disk/workbook
exec runuser -u workbook -- env WORKBOOK_DATA=/var/lib/workbook WORKBOOK_KEY_FILE=/var/lib/workbook-key/host.key \
    make --silent --no-print-directory -C /opt/workbook "$@"
