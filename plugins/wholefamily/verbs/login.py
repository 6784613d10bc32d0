"""The verb ``login``: somebody's own login to the warehouse."""

import argparse
import getpass
import sys

from wholefamily import roles
from wholefamily.settings import Settings


def add(parser: argparse.ArgumentParser) -> None:
    """``login <name> <role>``."""
    parser.add_argument("name", help="who signs in")
    parser.add_argument("role", help="such as analyst, analyst_sandwell, caseworker_sandwell, linker, governance (docs/warehouse.md)")


def give(settings: Settings, options: argparse.Namespace) -> int:
    """Ask for the password, or read it from standard input, and give the login."""
    password = getpass.getpass(f"password of {options.name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    roles.give_login(settings, options.name, options.role, password)
    print(f"{options.name} can sign in to {settings.warehouse_db} as {options.role}")
    return 0
