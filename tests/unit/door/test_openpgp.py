"""OpenPGP messages: what is taken, what is refused and by which rule, in what memory; and that no process is left behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pysequoia import SignatureMode, Tsk, encrypt, encrypt_file, sign

from wholefamily.door import decrypting, openpgp
from wholefamily.door.openpgp import Keys
from wholefamily.door.parse import UnreadableError
from wholefamily.errors import WholefamilyError

CSV = b"person_ref,given_name\nP1,Ann\n"
LARGE = b"P1,Ann,Baker\n" * 5_000_000
"""65 MB, above what the library verifies before it shows anything."""

US, PARTNER, SOMEBODY = (Tsk.generate(name) for name in ("us", "partner", "somebody"))
OURS, THEIRS = US.extract_certificate(), PARTNER.extract_certificate()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    private_key = tmp_path_factory.mktemp("keys") / "openpgp_private_key"
    private_key.write_text(str(US))
    return Keys(private_key, str(THEIRS))


def pieces(content: bytes, size: int = 32768) -> Iterator[bytes]:
    """As they come from an SFTP server."""
    return (content[start : start + size] for start in range(0, len(content), size))


def opened(message: bytes, keys: Keys, size: int = 32768) -> bytes:
    return b"".join(openpgp.decrypted(pieces(message, size), keys))


def told(message: bytes, keys: Keys) -> tuple[str, int]:
    """The rule by which a message is refused, and how many bytes of its content were shown before."""
    shown = 0
    try:
        for piece in openpgp.decrypted(pieces(message), keys):
            shown += len(piece)
    except UnreadableError as error:
        return error.rule, shown
    return "none: it is opened", shown


def rule_of(message: bytes, keys: Keys) -> str:
    return told(message, keys)[0]


OTHERS: set[int] = set()
"""Children that this process had before the test: other modules' servers."""


def _all_children() -> set[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


@pytest.fixture(autouse=True)
def others() -> None:
    OTHERS.clear()
    OTHERS.update(_all_children())


def children() -> list[int]:
    """The processes that a test has started and that are still there, ended or not."""
    return sorted(_all_children() - OTHERS)


def sealed(content: bytes = CSV, *, armor: bool = False) -> bytes:
    return encrypt(content, [OURS], PARTNER.signer(), armor=armor)


def flipped(message: bytes, at: int) -> bytes:
    return message[:at] + bytes([message[at] ^ 1]) + message[at:][1:]


GOOD: dict[str, Callable[[], bytes]] = {
    "binary": sealed,
    "armored": lambda: sealed(armor=True),
    "armored-crlf": lambda: sealed(armor=True).replace(b"\n", b"\r\n"),
    "to-others-too": lambda: encrypt(CSV, [SOMEBODY.extract_certificate(), OURS], PARTNER.signer(), armor=False),
}


@pytest.mark.parametrize("message", GOOD.values(), ids=GOOD)
def test_a_signed_message_to_us_is_opened(keys: Keys, message: Callable[[], bytes]) -> None:
    assert opened(message(), keys) == CSV
    assert opened(message(), keys, size=7) == CSV


def test_an_empty_file_is_opened(keys: Keys) -> None:
    assert opened(sealed(b""), keys) == b""


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "signed-by-nobody": ("not_signed", lambda: encrypt(CSV, [OURS], armor=False)),
    "signed-by-somebody-else": ("wrong_signature", lambda: encrypt(CSV, [OURS], SOMEBODY.signer(), armor=False)),
    "to-somebody-else": ("not_decryptable", lambda: encrypt(CSV, [SOMEBODY.extract_certificate()], PARTNER.signer(), armor=False)),
    "with-a-password": ("not_decryptable", lambda: encrypt(CSV, signer=PARTNER.signer(), passwords=["x"], armor=False)),
    "tampered-key": ("not_decryptable", lambda: flipped(sealed(), 40)),
    "tampered-content": ("not_decryptable", lambda: flipped(sealed(), 200)),
    "tampered-end": ("not_decryptable", lambda: flipped(sealed(), -1)),
    "truncated": ("not_decryptable", lambda: sealed()[:-1]),
    "half": ("not_decryptable", lambda: sealed()[:150]),
    "armored-truncated": ("not_decryptable", lambda: sealed(armor=True)[:300]),
    "more-after-it": ("not_decryptable", lambda: sealed() + b"xx"),
    "twice": ("not_decryptable", lambda: sealed() + sealed()),
    "only-signed": ("not_decryptable", lambda: sign(PARTNER.signer(), CSV, armor=False)),
    "only-signed-armored": ("not_decryptable", lambda: sign(PARTNER.signer(), CSV)),
    "clear-signed": ("not_decryptable", lambda: sign(PARTNER.signer(), CSV, mode=SignatureMode.CLEAR)),
    "signed-outside": ("not_decryptable", lambda: sign(PARTNER.signer(), sealed(), armor=False)),
    "plain": ("not_decryptable", lambda: CSV),
    "empty": ("not_decryptable", lambda: b""),
    "armor-without-content": ("not_decryptable", lambda: b"-----BEGIN PGP MESSAGE-----\n"),
    "armor-of-nonsense": ("not_decryptable", lambda: b"-----BEGIN PGP MESSAGE-----\n\nwV4!"),
    "session-key-of-nonsense": ("not_decryptable", lambda: b"\x85\x01"),
    "session-keys-without-end": ("not_decryptable", lambda: (b"\xc1\x0b\x03" + b"\x00" * 8 + b"\x01\x00") * 100_000),
}


@pytest.mark.parametrize(("rule", "message"), REFUSED.values(), ids=REFUSED)
def test_any_other_message_is_refused_and_shows_nothing(keys: Keys, rule: str, message: Callable[[], bytes]) -> None:
    assert told(message(), keys) == (rule, 0)


LARGE_REFUSED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "tampered-end": ("not_decryptable", lambda message: flipped(message, -1)),
    "truncated": ("not_decryptable", lambda message: message[:-1]),
    "signed-by-nobody": ("not_signed", lambda _: encrypt(LARGE, [OURS], armor=False)),
    "signed-by-somebody-else": ("wrong_signature", lambda _: encrypt(LARGE, [OURS], SOMEBODY.signer(), armor=False)),
}


def test_a_large_message_is_opened_piece_by_piece_and_refused_at_its_end_all_the_same(keys: Keys) -> None:
    good = sealed(LARGE)
    assert opened(good, keys) == LARGE
    fates = {name: told(spoilt(good), keys) for name, (_, spoilt) in LARGE_REFUSED.items()}
    assert {name: rule for name, (rule, _) in fates.items()} == {name: rule for name, (rule, _) in LARGE_REFUSED.items()}
    assert all(shown for _, shown in fates.values()), "a part of it is shown before the end is known"
    assert children() == []


def test_a_large_message_to_somebody_else_is_given_up_early(keys: Keys) -> None:
    read = 0

    def counted() -> Iterator[bytes]:
        nonlocal read
        for piece in pieces(encrypt(LARGE, [SOMEBODY.extract_certificate()], PARTNER.signer(), armor=False)):
            read += len(piece)
            yield piece

    with pytest.raises(UnreadableError, match="not_decryptable"):
        list(openpgp.decrypted(counted(), keys))
    assert read < len(LARGE) // 2


def test_a_message_in_a_message_is_opened_once(keys: Keys) -> None:
    inner = sealed()
    assert opened(sealed(inner), keys) == inner


def test_a_signature_after_the_end_of_the_key_does_not_count(keys: Keys) -> None:
    yesterday = datetime.now(UTC) - timedelta(seconds=30)
    expired = THEIRS.set_expiration(yesterday, PARTNER.certifier())
    assert rule_of(sealed(), keys._replace(certificate=str(expired))) == "wrong_signature"


@pytest.mark.parametrize(
    ("private_key", "certificate", "told"),
    [
        (str(THEIRS), str(THEIRS), "openpgp_private_key"),
        ("nonsense", str(THEIRS), "openpgp_private_key"),
        (str(US), "nonsense", "certificate"),
        (str(US), "", "certificate"),
    ],
    ids=["public-key", "no-key", "no-certificate", "empty-certificate"],
)
def test_a_key_that_cannot_be_used_is_our_fault(tmp_path: Path, private_key: str, certificate: str, told: str) -> None:
    (tmp_path / "key").write_text(private_key)
    with pytest.raises(WholefamilyError, match=told):
        opened(sealed(), Keys(tmp_path / "key", certificate))
    assert children() == []


def test_a_process_that_somebody_ends_is_nobody_else_s_fault(keys: Keys) -> None:
    content = openpgp.decrypted(pieces(sealed(LARGE)), keys)
    next(content)
    [process] = children()
    os.kill(process, signal.SIGKILL)
    with pytest.raises(WholefamilyError, match="run again"):
        list(content)
    assert children() == []


def test_who_stops_reading_leaves_no_process_behind(keys: Keys) -> None:
    with closing(openpgp.decrypted(pieces(sealed(LARGE)), keys)) as content:
        next(content)
        assert len(children()) == 1
    assert children() == []


def test_a_line_that_breaks_is_told_as_what_it_is(keys: Keys) -> None:
    def broken() -> Iterator[bytes]:
        yield from pieces(sealed(LARGE)[:5_000_000])
        raise EOFError

    with pytest.raises(EOFError):
        list(openpgp.decrypted(broken(), keys))
    assert children() == []


def test_its_memory_does_not_grow_with_the_message(keys: Keys, tmp_path: Path) -> None:
    content, message = tmp_path / "content", tmp_path / "message"
    content.write_bytes(LARGE * 3)
    encrypt_file(content, message, [OURS], PARTNER.signer(), armor=False)
    # In a process of its own: the peak is the largest of all that a process has ever waited for.
    program = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    certificate = tmp_path / "certificate"
    certificate.write_text(keys.certificate)
    feed = f"cat {certificate} {message} | {sys.executable} -P {decrypting.__file__} {keys.private_key} {len(keys.certificate)}"
    done = subprocess.run([sys.executable, "-c", program, "sh", "-c", feed], check=True, capture_output=True, text=True, timeout=120)
    assert int(done.stdout) < 250, "MiB, for 195 MB of content"


@pytest.fixture(scope="module")
def gnupg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., bytes]]:
    """GnuPG with a key of its own, ``sender``, and our certificate."""
    if not shutil.which("gpg"):
        pytest.skip("gpg is not installed: that files made with it are taken was not tried")
    home = tmp_path_factory.mktemp("gpg")
    home.chmod(0o700)

    def run(*arguments: str, given: bytes = b"") -> bytes:
        command = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--trust-model", "always", "--pinentry-mode", "loopback"]
        return subprocess.run([*command, "--passphrase", "", *arguments], input=given, capture_output=True, check=True).stdout

    run("--quick-generate-key", "sender", "rsa2048", "sign", "never")
    run("--import", given=str(OURS).encode())
    yield run
    subprocess.run([str(shutil.which("gpgconf")), "--homedir", str(home), "--kill", "all"], check=False)


@pytest.mark.parametrize(
    "options",
    [(), ("--armor",), ("--cipher-algo", "AES128"), ("--throw-keyids",)],
    ids=["as-it-comes", "armored", "another-cipher", "without-key-ids"],
)
def test_what_gnupg_makes_is_opened(keys: Keys, gnupg: Callable[..., bytes], options: tuple[str, ...]) -> None:
    sender = keys._replace(certificate=gnupg("--armor", "--export", "sender").decode())
    message = gnupg(
        *options, "--compress-algo", "none", "--recipient", OURS.fingerprint, "--local-user", "sender", "--sign", "--encrypt", given=CSV
    )
    assert opened(message, sender) == CSV
    assert rule_of(message, keys) == "wrong_signature"


def test_what_gnupg_makes_is_refused_where_it_must_be(keys: Keys, gnupg: Callable[..., bytes]) -> None:
    sender = keys._replace(certificate=gnupg("--armor", "--export", "sender").decode())
    to_us = ("--compress-algo", "none", "--recipient", OURS.fingerprint, "--local-user", "sender", "--encrypt")
    old = gnupg(*to_us, "--sign", "--digest-algo", "SHA1", given=CSV)
    assert rule_of(old, sender) == "wrong_signature", "nobody can rely on SHA-1"
    assert rule_of(gnupg(*to_us, given=CSV), sender) == "not_signed"
    whole = gnupg(*to_us, "--sign", given=CSV)
    assert {rule_of(message, sender) for message in (whole[:-1], flipped(whole, -1))} == {"not_decryptable"}


@pytest.mark.parametrize("algorithm", ["zip", "zlib"])
def test_what_openpgp_has_compressed_is_refused_with_a_rule_that_says_so(keys: Keys, gnupg: Callable[..., bytes], algorithm: str) -> None:
    sender = keys._replace(certificate=gnupg("--armor", "--export", "sender").decode())
    to_us = ("--compress-algo", algorithm, "--recipient", OURS.fingerprint, "--local-user", "sender", "--encrypt")
    assert rule_of(gnupg(*to_us, "--sign", given=CSV), sender) == "openpgp_compression"


def test_what_expands_to_too_much_is_cut_short(keys: Keys, gnupg: Callable[..., bytes]) -> None:
    sender = keys._replace(certificate=gnupg("--armor", "--export", "sender").decode())
    bomb = gnupg("--recipient", OURS.fingerprint, "--local-user", "sender", "--sign", "--encrypt", given=bytes(100_000_000))
    assert len(bomb) < 200_000
    rule, shown = told(bomb, sender)
    assert rule == "expands_to_too_much"
    assert shown < 17 << 20
    assert children() == []
