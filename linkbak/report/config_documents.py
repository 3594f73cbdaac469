"""The JSON document of `linkbak config`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class SettingDocument(TypedDict):
    """One key: its value, null for a folder that is not set, and who said so: a flag, a variable, the file, nobody.

    `name` is the flag, the variable, the file, or the key that the default follows from; "" for a plain default. Of a
    value that is `hidden` only so much is told as is no secret.
    """

    key: str
    value: str | int | bool | list[str] | None
    source: Literal["flag", "environment", "file", "default"]
    name: str
    hidden: bool


class ConfigProblemDocument(TypedDict):
    """Something in the file or the environment that linkbak does not understand."""

    what: str
    hint: str


class ConfigDocument(TypedDict):
    """What `linkbak config` showed or did.

    `there` is whether the file is there now, `changed` whether this command changed it. `settings` are those that were
    asked for; `kept` and `left` are the keys that the file before set, and the new one sets, or not; `before` is where
    that file lies now, null if nothing was overwritten.
    """

    schema: Literal["linkbak.config/1"]
    action: Literal["show", "path", "generate", "validate", "set", "unset"]
    file: str
    there: bool
    changed: bool
    settings: list[SettingDocument]
    problems: list[ConfigProblemDocument]
    notes: list[str]
    kept: list[str]
    left: list[str]
    before: str | None


DOCUMENTS = {"config": ConfigDocument}
