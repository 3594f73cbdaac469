"""Which row of one list of connections is which row of another, though no row carries an id."""

from linkbak.identity.align import align
from linkbak.identity.alignment import Alignment, How, Uncertain
from linkbak.identity.keys import name_key, url_key

__all__ = ["Alignment", "How", "Uncertain", "align", "name_key", "url_key"]
