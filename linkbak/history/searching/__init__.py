"""Finds people and messages by words, whatever their accents and case, and though they be misspelled."""

from linkbak.history.searching.index import TABLES, refresh
from linkbak.history.searching.messages import search_messages
from linkbak.history.searching.people import search_people
from linkbak.history.searching.records import Hit, Match, MessageHit

__all__ = ["TABLES", "Hit", "Match", "MessageHit", "refresh", "search_messages", "search_people"]
