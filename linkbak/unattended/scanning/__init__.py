"""Archives found where downloads land, and kept: what nobody has to do by hand once the file is there."""

from __future__ import annotations

from linkbak.unattended.scanning.course import Telling
from linkbak.unattended.scanning.places import folders
from linkbak.unattended.scanning.scanned import Moved, PassedOver, Scanned
from linkbak.unattended.scanning.working import scan

__all__ = ["Moved", "PassedOver", "Scanned", "Telling", "folders", "scan"]
