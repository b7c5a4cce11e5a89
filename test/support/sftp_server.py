"""An SFTP server for tests: shows one folder to one user, by password or by key.

Usage: sftp_server.py PORT FOLDER SECRETS. Makes a host key and the user's key in SECRETS when they are not there, takes the
password from SECRETS/password, prints the host key's fingerprint once it listens, and ends with its standard input.
"""

import asyncio
import pathlib
import sys

import asyncssh

port, folder, secrets = int(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
USER = "tester"


def key(name):
    path = secrets / name
    if not path.exists():
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(path))
        path.chmod(0o600)
    return asyncssh.read_private_key(str(path))


host_key, user_key = key("host_key"), key("user_key")


class OneUser(asyncssh.SSHServer):
    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return username == USER and password == (secrets / "password").read_text().strip()

    def validate_public_key(self, username, offered):
        return username == USER and offered == user_key.convert_to_public()

    def public_key_auth_supported(self):
        return True


async def main():
    await asyncssh.listen(
        "127.0.0.1",
        port,
        server_factory=OneUser,
        server_host_keys=[host_key],
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=folder),
    )
    print(host_key.get_fingerprint("sha256"), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
