"""Settings: files of settings and the environment → one value for each name, with its origin.

A flag of a command wins over the environment, the environment over `./osce-search.toml`, that over
`$XDG_CONFIG_HOME/osce-search/config.toml`, and that over `osce-search/config.toml` in `$XDG_CONFIG_DIRS`. A file named
by `--config` or `OSCE_SEARCH_CONFIG` takes the place of all three.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from osce_search.errors import SettingsError

__all__ = ["FILE", "FORMATS", "SETTINGS", "Setting", "Value", "load_settings"]

FILE = "osce-search.toml"
"""The name of the file in the working directory."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its name with its section, its kind, its default, and the option of commands that it sets.

    `choices` are the only values, if there are any; a number is at least `minimum`. `commands` are the only commands
    whose option is set (empty: all that have it). `inverse` says that the option is the negation: `look.pager = false`
    is `--no-pager`.
    """

    name: str
    kind: type
    default: Any
    option: str
    about: str
    environment: str | None = None
    choices: tuple[str, ...] = ()
    minimum: int = 1
    commands: tuple[str, ...] = ()
    inverse: bool = False


FORMATS = ("table", "json", "jsonl", "csv", "tsv", "md", "ids", "bibtex", "ris", "csl-json")
"""The formats of answers; the first is the default."""

_WHEN = ("auto", "always", "never")

SETTINGS = (
    Setting("index.path", str, "index", "index_path", "The directory of the index.", "OSCE_SEARCH_INDEX"),
    Setting("index.workers", int, None, "workers",
            "The number of processes that read pages; if unset, one for each core."),
    Setting("search.profile", str, "default", "profile", "The ranking profile.", "OSCE_SEARCH_PROFILE"),
    Setting("search.format", str, None, "format_name",
            "The format of answers, in commands that can write it.", "OSCE_SEARCH_FORMAT", choices=FORMATS),
    Setting("search.limit", int, 10, "limit", "The number of hits.", minimum=0, commands=("query", "similar")),
    Setting("search.timeout", str, None, "timeout", 'The time that a query may take, as in "5s" or "500ms".'),
    Setting("search.tags", str, "both", "tags", "The labels that count.", choices=("assigned", "inferred", "both")),
    Setting("search.collapse", str, "none", "collapse",
            "What to fold into one hit.", choices=("none", "series", "text")),
    Setting("search.expand", bool, True, "no_expand",
            "Whether other names of what was typed are searched, too.", inverse=True),
    Setting("look.color", str, "auto", "color", "When to use colour.", choices=_WHEN),
    Setting("look.width", int, None, "width", "The width in columns; that of the terminal if unset."),
    Setting("look.ascii", bool, False, "plain", "Whether to draw with ASCII alone."),
    Setting("look.hyperlinks", str, "auto", "hyperlinks", "When to make titles links.", choices=_WHEN),
    Setting("look.pager", bool, True, "no_pager", "Whether to print through a pager on a terminal.", inverse=True),
)  # fmt: skip
"""Every setting, in the order in which `osce-search config show` prints them."""

_BY_NAME = {setting.name: setting for setting in SETTINGS}
_KINDS = {str: "a text", int: "a whole number, at least {minimum}", bool: "true or false"}


class Value(NamedTuple):
    """The value of a setting, and its origin: "default", the name of an environment variable, or the path of a file."""

    value: Any
    origin: str


def load_settings(
    config: str | Path | None = None, environ: Mapping[str, str] = os.environ
) -> dict[str, Value]:
    """Return the value of each setting by its name.

    `config` is the file to read in place of the usual ones. Raise SettingsError if a file cannot be read or is not
    TOML, or if a setting is unknown or has a value that it cannot have.

    >>> load_settings(environ={"OSCE_SEARCH_INDEX": "/srv/osce"})["index.path"]
    Value(value='/srv/osce', origin='OSCE_SEARCH_INDEX')
    """
    found = {setting.name: Value(setting.default, "default") for setting in SETTINGS}
    for path in _find_files(config or environ.get("OSCE_SEARCH_CONFIG"), environ):
        found.update(_read_file(path))
    for setting in SETTINGS:
        if setting.environment and environ.get(setting.environment):
            found[setting.name] = Value(environ[setting.environment], setting.environment)
            _check(setting, found[setting.name])
    return found


def _find_files(config: str | Path | None, environ: Mapping[str, str]) -> list[Path]:
    """Return the files to read, the weakest first."""
    if config:
        return [Path(config)]
    home = Path(environ.get("XDG_CONFIG_HOME", ""))
    system = [Path(item) for item in (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)]
    folders = [*reversed(system), home if home.is_absolute() else Path(os.path.expanduser("~/.config"))]
    # The XDG Base Directory Specification says that a path that is not absolute counts as unset.
    paths = [folder / "osce-search" / "config.toml" for folder in folders if folder.is_absolute()]
    return [path for path in (*paths, Path(FILE)) if path.is_file()]


def _read_file(path: Path) -> dict[str, Value]:
    import tomllib  # most users have no file

    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise SettingsError(f"{path}: not TOML ({error})") from error
    read: dict[str, Value] = {}
    for section, values in sections.items():
        for name, value in values.items() if isinstance(values, dict) else [("", values)]:
            key = f"{section}.{name}" if name else section
            setting = _BY_NAME.get(key)
            if setting is None:
                raise SettingsError(f"{path}: there is no setting {key}{_suggest(key)}")
            _check(setting, Value(value, str(path)))
            if key == "index.path":
                # A relative path in a file means the same wherever a command is started.
                value = os.path.normpath(path.parent / os.path.expanduser(value))
            read[key] = Value(value, str(path))
    return read


def _suggest(key: str) -> str:
    import difflib  # only a mistake needs it

    near = difflib.get_close_matches(key, _BY_NAME, n=1)
    return f"; did you mean {near[0]}?" if near else f" (the settings are {', '.join(_BY_NAME)})"


def _check(setting: Setting, given: Value) -> None:
    """Raise SettingsError for a value that the setting cannot have."""
    value: Any = given.value
    must = f"{given.origin}: {setting.name} must be"
    if type(value) is not setting.kind or (
        isinstance(value, int) and setting.kind is int and value < setting.minimum
    ):
        shown = str(value).lower() if isinstance(value, bool) else repr(value)  # as in TOML
        raise SettingsError(f"{must} {_KINDS[setting.kind].format(minimum=setting.minimum)}, not {shown}")
    if setting.choices and value not in setting.choices:
        raise SettingsError(f"{must} one of {', '.join(setting.choices)}, not {value!r}")
