"""Machines of all kinds: the programs of schedulers, played by a few lines of shell that write down what they hear."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CRONTAB = """\
case "$1" in
  -l) if [ -f "$PLAYED/refusal" ]; then cat "$PLAYED/refusal" >&2; exit 1; fi
      [ -f "$PLAYED/crontab" ] || { echo "no crontab for ada" >&2; exit 1; }
      cat "$PLAYED/crontab" ;;
  -)  echo write >> "$PLAYED/heard"; cat > "$PLAYED/crontab"
      if [ -f "$PLAYED/spoil" ]; then rm "$PLAYED/spoil"; echo spoilt > "$PLAYED/crontab"; fi ;;
  -r) echo remove >> "$PLAYED/heard"; rm "$PLAYED/crontab" ;;
esac
"""
SYSTEMCTL = """\
echo "systemctl $*" >> "$PLAYED/heard"
if [ -f "$PLAYED/no-bus" ]; then echo "Failed to connect to bus: No medium found" >&2; exit 1; fi
case "$2" in
  restart) touch "$PLAYED/active" ;;
  disable) rm -f "$PLAYED/active" ;;
  is-active) if [ -f "$PLAYED/active" ]; then echo active; else echo inactive; exit 3; fi ;;
esac
"""
LOGINCTL = 'cat "$PLAYED/linger" 2>/dev/null || echo yes\n'
LAUNCHCTL = """\
echo "launchctl $*" >> "$PLAYED/heard"
case "$1" in
  bootstrap) [ ! -f "$PLAYED/no-session" ] && touch "$PLAYED/loaded" ;;
  bootout) rm "$PLAYED/loaded" ;;
  print) [ -f "$PLAYED/loaded" ] ;;
esac
"""
SCHTASKS = """\
echo "schtasks.exe $*" >> "$PLAYED/heard"
case "$1" in
  /Create) [ ! -f "$PLAYED/refusal" ] || { cat "$PLAYED/refusal" >&2; exit 1; }
           cp "$6" "$PLAYED/task" ;;
  /Query) [ -f "$PLAYED/task" ] && cat "$PLAYED/task" ;;
  /Delete) rm "$PLAYED/task" ;;
esac
"""
WSLPATH = 'echo "$2"\n'


class Machine:
    """A folder of programs that stands first on PATH, and one where they keep what they hear."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.programs, self.played = folder / "programs", folder / "played"
        self.programs.mkdir()
        self.played.mkdir()
        self._patch = monkeypatch
        monkeypatch.setenv("PLAYED", str(self.played))
        monkeypatch.setenv("PATH", f"{self.programs}:{os.environ['PATH']}")
        monkeypatch.setattr("linkbak.schedule.systemd.BOOTED", folder / "no-systemd")
        monkeypatch.setattr("linkbak.schedule.cron._PROC", self._processes("init", "cron"))
        monkeypatch.setattr("linkbak.schedule.cron._GENERATORS", ())
        monkeypatch.setattr("sys.platform", "linux")
        monkeypatch.delenv("SUDO_USER", raising=False)
        for name in ("crontab", "systemctl", "loginctl"):  # never those of the machine that runs the tests
            self.plays(name, "exit 9\n")

    def plays(self, name: str, script: str) -> None:
        """There is such a program."""
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}")
        path.chmod(0o755)

    def has_cron(self, *, running: bool = True) -> Machine:
        """A crontab, and perhaps a cron that reads it."""
        self.plays("crontab", CRONTAB)
        processes = self._processes("init", *(["cron"] if running else []))
        self._patch.setattr("linkbak.schedule.cron._PROC", processes)
        return self

    def has_systemd(self) -> Machine:
        """A systemd that runs the machine, and one of the user's."""
        self.plays("systemctl", SYSTEMCTL)
        self.plays("loginctl", LOGINCTL)
        booted = self.played / "booted"
        booted.mkdir()
        self._patch.setattr("linkbak.schedule.systemd.BOOTED", booted)
        (self.played / "runtime" / "systemd").mkdir(parents=True)
        self._patch.setenv("XDG_RUNTIME_DIR", str(self.played / "runtime"))
        return self

    def is_a_mac(self) -> Machine:
        """macOS with its launchd."""
        self.plays("launchctl", LAUNCHCTL)
        self._patch.setattr("sys.platform", "darwin")
        return self

    def is_wsl(self) -> Machine:
        """Debian inside Windows."""
        self.plays("schtasks.exe", SCHTASKS)
        self.plays("wslpath", WSLPATH)
        self._patch.setenv("WSL_DISTRO_NAME", "Debian")
        return self

    def set(self, name: str, text: str = "") -> None:
        """What the programs look for."""
        (self.played / name).write_text(text)

    @property
    def heard(self) -> list[str]:
        """What the programs were asked, except for what they were only asked about."""
        try:
            lines = (self.played / "heard").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [line for line in lines if not any(word in line for word in ("is-active", " print ", "/Query"))]

    @property
    def crontab(self) -> bytes:
        return (self.played / "crontab").read_bytes()

    @crontab.setter
    def crontab(self, text: bytes) -> None:
        (self.played / "crontab").write_bytes(text)

    def _processes(self, *names: str) -> Path:
        folder = self.played / f"proc-{'-'.join(names)}"
        for number, name in enumerate(names, start=1):
            (folder / str(number)).mkdir(parents=True, exist_ok=True)
            (folder / str(number) / "comm").write_text(f"{name}\n")
        return folder
