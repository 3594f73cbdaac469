"""What to do next, in the words that several refusals share."""

from __future__ import annotations

from typing import Final

AGAIN: Final = "Download the archive again and give it as it came."
HONEST: Final = "No network sends such an archive; download it again from the network itself."
WAIT: Final = "Wait until the download is done, then try again; if it was cut off, download the archive again."
LIMITS: Final = "Real exports are far smaller; if this is one, docs/formats.md tells the limits."
UNPACK: Final = "Unpack it and give the folder instead."
ONLY_EXPORT: Final = "Give the archive as it was downloaded, or a folder that holds nothing but the export."
OFFICE: Final = "Give the archive as it was downloaded, or export the sheet as CSV."
EXPIRED: Final = "The link in the mail may have expired; sign in, ask for a new archive and download that."
