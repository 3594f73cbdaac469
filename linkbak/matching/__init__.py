"""Record linkage: which row of one list of connections is which row of another, though no row carries an id.

Every command needs the `keys` of addresses and names. Only those that compare lists need the module `alignment`, which
links them in these steps:

1. `anchors`: a key alone pairs rows that are equal, or have one address, or one name and date.
2. What is left is matched inside blocks that the order of two newest-first lists and the dates leave: by `similarity`
   where rows compete, else by position.
3. What allows two readings is uncertain. Only what is then left has vanished, or was added.
"""

from __future__ import annotations

from linkbak.matching.keys import name_key, url_key

__all__ = ["alignment", "name_key", "url_key"]
