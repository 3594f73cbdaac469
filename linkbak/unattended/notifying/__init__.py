"""Tells the user what happened, the ways they chose: a command of theirs, services of apprise, an address to ping.

Nothing here raises because nobody could be reached: that is an answer, and whoever asked goes on. What is sent holds
what the message says and nothing else; addresses hold secrets, so no answer ever quotes one.
"""

from .delivering import channels, notify
from .message import Message, Undelivered
from .pinging import Patience, ping, ping_name

__all__ = ["Message", "Patience", "Undelivered", "channels", "notify", "ping", "ping_name"]
