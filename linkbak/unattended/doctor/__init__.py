"""Looks whether all that linkbak needs is as it should be, and says what to do where it is not. It changes nothing."""

from __future__ import annotations

from linkbak.unattended.doctor.examining import examine, status_of, worst
from linkbak.unattended.doctor.findings import Finding, Level, Patient

__all__ = ["Finding", "Level", "Patient", "examine", "status_of", "worst"]
