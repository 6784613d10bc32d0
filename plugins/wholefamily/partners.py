"""Partners: one YAML file each, read into frozen models; all errors of all files are reported at once.

A value ``${NAME}`` under ``sftp`` is filled in by the deployment when we connect (``Settings.sftp_variables``), so that one file
serves the embedded stack and Compose; a partner's real server is written out.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

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


class Agreement(_Frozen):
    """An information sharing agreement: what a partner may send us, through which gateways, and when."""

    code: str
    gateways: tuple[str, ...] = Field(min_length=1)
    feeds: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None

    @field_validator("feeds")
    @classmethod
    def _known_feeds(cls, feeds: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(feeds) - set(FEEDS):
            raise ValueError(f"unknown feeds: {', '.join(sorted(unknown))}")
        return feeds

    def in_force(self, day: date) -> bool:
        """Whether the agreement holds on ``day``; its last day is inclusive."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Partner(_Frozen):
    """A partner of the exchange (exchange.md section 1)."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")
    name: str
    kind: Literal["authority", "police", "evaluator"]
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
    dialect: str = "canonical"
    """The dialect of a drop whose manifest names none."""
    dialects: dict[str, Dialect] = {}
    products: tuple[str, ...] = ()
    """Products that we send to the partner."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if wrong := [*self._wrong_feeds(), *self._wrong_dialects(), *self._missing()]:
            raise ValueError("; ".join(wrong))
        return self

    def _wrong_feeds(self) -> list[str]:
        covered = {feed for agreement in self.agreements for feed in agreement.feeds}
        wrong = []
        if unknown := set(self.feeds) - set(FEEDS):
            wrong.append(f"unknown feeds: {', '.join(sorted(unknown))}")
        if uncovered := set(self.feeds) - covered - unknown:
            wrong.append(f"feeds that no agreement covers: {', '.join(sorted(uncovered))}")
        if misplaced := {name for name in covered | set(self.feeds) - unknown if self.kind not in FEEDS[name].sent_by}:
            wrong.append(f"feeds that a partner of kind {self.kind} does not send: {', '.join(sorted(misplaced))}")
        return wrong

    def _wrong_dialects(self) -> list[str]:
        wrong = []
        if self.dialect not in {"canonical", *self.dialects}:
            wrong.append(f"dialect {self.dialect!r} is not defined under dialects")
        if "canonical" in self.dialects:
            wrong.append("dialects: canonical is fixed by exchange.md and cannot be redefined")
        columns = {name for feed in FEEDS.values() for name in feed.columns}
        for name, dialect in self.dialects.items():
            if unknown := {*dialect.headings, *dialect.codes} - columns:
                wrong.append(f"dialects.{name}: no feed has a column {', '.join(sorted(unknown))}")
        return wrong

    def _missing(self) -> list[str]:
        wrong = []
        if self.kind == "authority" and not (self.gss and self.framework):
            wrong.append("an authority has a gss and a framework")
        if self.sends and not (self.due_day and self.feeds and self.agreements):
            wrong.append("a sender has a due_day, feeds and agreements")
        return wrong

    @property
    def sends(self) -> bool:
        """Whether the partner sends drops."""
        return self.kind != "evaluator"

    @property
    def sender_kind(self) -> SenderKind:
        """The kind of sender. Raises ValueError for a partner that never sends."""
        if self.kind == "evaluator":
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
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise WholefamilyError("a mapping is expected")
    return content


__all__ = ["CANONICAL", "Agreement", "Dialect", "Partner", "Sftp", "load"]
