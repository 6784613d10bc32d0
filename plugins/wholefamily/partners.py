"""Partners: one YAML file each, read into frozen models; all errors of all files are reported at once.

A value ``${NAME}`` under ``sftp`` is filled in by the deployment when we connect (``Settings.sftp_variables``), and
``certificate: ${OPENPGP_CERTIFICATE}`` when an encrypted file arrives, so that one file serves the embedded stack and Compose;
a partner's real server and certificate are written out.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from wholefamily import certificates
from wholefamily.errors import WholefamilyError
from wholefamily.feeds import FEEDS, Feed, SenderKind

_REFERENCE = re.compile(r"\$\{(\w+)\}")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sftp(_Frozen):
    """The partner's SFTP account. Its private key is the secret ``sftp_<partner>``; ``host_key`` is ``type base64``, pinned."""

    host: str
    port: int | str = 22
    username: str
    host_key: str

    def resolve(self, variables: Mapping[str, str]) -> "Sftp":
        """The account with each ``${NAME}`` filled in. Raises WholefamilyError for a name without a value."""
        missing: set[str] = set()

        def value(match: re.Match[str]) -> str:
            if not variables.get(match[1]):
                missing.add(match[1])
            return variables.get(match[1], "")

        filled = {name: _REFERENCE.sub(value, str(text)) for name, text in self.model_dump().items()}
        if missing:
            raise WholefamilyError(f"partner files refer to {', '.join(sorted(missing))}, which is not set")
        return Sftp(**{**filled, "port": int(filled["port"])})


class Dialect(_Frozen):
    """How a sender writes CSV; the defaults are the canonical dialect of exchange.md section 2."""

    compression: Literal["none", "gzip"] = "none"
    """How the sender usually packs its files; what a file is packed with is told by its name."""
    delimiter: str = Field(",", min_length=1, max_length=1)
    encoding: Literal["utf-8", "utf-8-sig", "cp1252", "iso-8859-1"] = "utf-8"
    date_format: str = "%Y-%m-%d"
    headings: dict[str, str] = {}
    """Our column name -> the sender's heading."""
    codes: dict[str, dict[str, str]] = {}
    """Our column name -> the sender's code -> our code."""


CANONICAL = Dialect()


def _known_feed(name: str) -> str:
    if name not in FEEDS:
        raise ValueError(f"unknown feed {name}")
    return name


FeedName = Annotated[str, AfterValidator(_known_feed)]


class Agreement(_Frozen):
    """An information sharing agreement: what a partner may send us, through which gateways, and when."""

    code: str
    gateways: tuple[str, ...] = Field(min_length=1)
    feeds: tuple[FeedName, ...]
    products: tuple[str, ...] = ()
    """Products that need an agreement which names them."""
    valid_from: date
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the agreement holds on ``day``; its last day is inclusive."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Partner(_Frozen):
    """A partner of the exchange (exchange.md section 1).

    Rules over several fields are checked field by field, each with the fields before it, so that one wrong field hides no other.
    """

    model_config = ConfigDict(validate_default=True)

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")
    name: str
    kind: Literal["authority", "police", "evaluator", "third_party"]
    gss: str | None = Field(None, pattern=r"^[EWSN]\d{8}$")
    brand: str | None = None
    sftp: Sftp
    due_day: int | None = Field(None, ge=1, le=28)
    """Day of the next month on which a period's drop is due."""
    feeds: tuple[str, ...] = ()
    """Feeds that are expected each month."""
    agreements: tuple[Agreement, ...] = ()
    framework: Literal["tf_2012", "tf_2015", "sf_2022"] | None = None
    """The framework in force there."""
    encryption: Literal["accepted", "required"] = "accepted"
    """Whether plain files are taken as well."""
    certificate: str | None = None
    """The partner's OpenPGP certificate, armored: its files are encrypted to us, and signed by the key of this certificate."""
    dialects: dict[str, Dialect] = {}
    dialect: str = "canonical"
    """The dialect of a drop whose manifest names none."""
    products: tuple[str, ...] = ()
    """Products that we send to the partner."""

    @field_validator("gss", "framework")
    @classmethod
    def _authorities_have_one(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("kind") == "authority":
            raise ValueError("an authority has one")
        return value

    @field_validator("due_day", "feeds", "agreements")
    @classmethod
    def _senders_have_them(cls, value: object, info: ValidationInfo) -> object:
        if not value and info.data.get("kind") in {"authority", "police"}:
            raise ValueError("a sender has it")
        return value

    @field_validator("feeds")
    @classmethod
    def _sent_by_this_kind(cls, feeds: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        kind = info.data.get("kind")
        wrong = [f"unknown feed {name}" for name in feeds if name not in FEEDS]
        wrong += [
            f"a partner of kind {kind} does not send {name}" for name in feeds if kind and name in FEEDS and kind not in FEEDS[name].sent_by
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return feeds

    @field_validator("agreements")
    @classmethod
    def _feeds_are_covered(cls, agreements: tuple[Agreement, ...], info: ValidationInfo) -> tuple[Agreement, ...]:
        covered = {feed for agreement in agreements for feed in agreement.feeds}
        if uncovered := set(info.data.get("feeds", ())) - covered:
            raise ValueError(f"none covers {', '.join(sorted(uncovered))}")
        return agreements

    @field_validator("certificate")
    @classmethod
    def _is_a_certificate(cls, certificate: str | None, info: ValidationInfo) -> str | None:
        if certificate is None and info.data.get("encryption") == "required":
            raise ValueError("encryption is required, and without it no file can be verified")
        return certificate and certificates.checked(certificate)

    @field_validator("dialects")
    @classmethod
    def _of_known_columns(cls, dialects: dict[str, Dialect]) -> dict[str, Dialect]:
        columns = {name for feed in FEEDS.values() for name in feed.columns}
        wrong = [
            f"{name}: no feed has a column {column}"
            for name, dialect in dialects.items()
            for column in sorted({*dialect.headings, *dialect.codes} - columns)
        ]
        if "canonical" in dialects:
            wrong.append("canonical is fixed by the exchange and cannot be defined")
        if wrong:
            raise ValueError("; ".join(wrong))
        return dialects

    @field_validator("dialect")
    @classmethod
    def _is_defined(cls, dialect: str, info: ValidationInfo) -> str:
        if dialect not in {"canonical", *info.data.get("dialects", {dialect: None})}:
            raise ValueError(f"{dialect!r} is not defined under dialects")
        return dialect

    @property
    def sends(self) -> bool:
        """Whether the partner sends drops."""
        return self.kind in {"authority", "police"}

    @property
    def sends_daily(self) -> bool:
        """Whether the partner also sends daily drops."""
        return any(FEEDS[name].daily for name in self.feeds)

    @property
    def sender_kind(self) -> SenderKind:
        """The kind of sender. Raises ValueError for a partner that never sends."""
        if self.kind == "evaluator" or self.kind == "third_party":  # noqa: PLR1714 - what mypy can follow
            raise ValueError(f"{self.code} never sends")
        return self.kind

    def dialect_named(self, name: str | None) -> Dialect | None:
        """The dialect that a manifest names (None: the partner's usual one), or None when it is unknown."""
        name = name or self.dialect
        return CANONICAL if name == "canonical" else self.dialects.get(name)

    def expected_feeds(self) -> tuple[Feed, ...]:
        """The monthly feeds that the partner usually sends."""
        return tuple(FEEDS[name] for name in self.feeds if not FEEDS[name].daily)


def load(folder: Path) -> dict[str, Partner]:
    """All partners of a folder by code, in order of code.

    Raises WholefamilyError that lists every error of every file, one a line.
    """
    partners: dict[str, Partner] = {}
    problems: list[str] = []
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        problems.append(f"{folder}: no partner file (*.yml) there")
    for path in paths:
        try:
            partner = Partner(**_read(path))
        except ValidationError as error:
            problems += [f"{path.name}: {'.'.join(map(str, e['loc'])) or 'partner'}: {e['msg']}" for e in error.errors(include_input=False)]
        except (WholefamilyError, yaml.YAMLError, TypeError) as error:
            problems.append(f"{path.name}: {' '.join(str(error).split())}")
        else:
            if partner.code != path.stem:
                problems.append(f"{path.name}: code is {partner.code!r}; the file of that partner is {partner.code}.yml")
            partners[partner.code] = partner
    if problems:
        raise WholefamilyError("wrong partner files:\n" + "\n".join(problems))
    return partners


def _read(path: Path) -> dict[str, Any]:
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)  # libyaml: every task of a DAG reads the partner files
    if not isinstance(content, dict):
        raise WholefamilyError("a mapping is expected")
    return content


__all__ = ["CANONICAL", "Agreement", "Dialect", "Partner", "Sftp", "load"]
