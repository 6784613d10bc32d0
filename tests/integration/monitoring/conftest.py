"""The partners' SFTP server and a sender, as the tests of the door have them."""

from tests.integration.door.conftest import door_settings, police, sandwell, sftp_host

__all__ = ["door_settings", "police", "sandwell", "sftp_host"]
