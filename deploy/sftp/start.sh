#!/bin/sh
# Makes an account for each line `<partner> <public key>` of the secret sftp_accounts, then serves.
# The chroot belongs to root, as sshd demands; the partner writes in outbound/ and inbound/ under it.
set -eu

install -m 0600 /run/secrets/sftp_host_key /etc/ssh/host_key
rm -f /etc/ssh/accounts/*

while read -r partner key; do
    [ -n "$partner" ] || continue
    id "$partner" >/dev/null 2>&1 || useradd --no-create-home --home-dir / --shell /usr/sbin/nologin --password '*' --gid partners "$partner"
    echo "$key" > "/etc/ssh/accounts/$partner"
    chmod 0644 "/etc/ssh/accounts/$partner"
    install -d -o root -g root -m 0755 "/sftp/$partner"
    install -d -o "$partner" -g partners -m 0750 "/sftp/$partner/outbound" "/sftp/$partner/inbound"
    # Accounts are numbered anew in a new container; the files keep their owner's name.
    chown -R "$partner:partners" "/sftp/$partner/outbound" "/sftp/$partner/inbound"
done < /run/secrets/sftp_accounts

exec /usr/sbin/sshd -D -e
