"""What goes on without anybody watching: scanning, reminders, notifications, looks at how things stand.

Each module is something of its own that only some commands need; none is loaded with the package.
"""

__all__ = [
    "doctor",
    "doctor_checks",
    "downloads",
    "notify",
    "ping",
    "reminders",
    "run",
    "scan",
    "scan_state",
    "status",
]
