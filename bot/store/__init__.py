"""The database: every row is sealed and opened here by the vault it is given. What a row means is `domain`'s.

store        Store and Tx: opening, transactions, checkpoints
engine       opening and locking, as far as it is the same everywhere
sqlite (sqlcipher  encryption)  postgres (server  guard)   the kinds of database; an encrypted file is one
address      which kind an address names
inspection   looking at a database without keys
connection   running a statement to its end
tables       the tables; migrations/ makes them, and `migrate` runs those
records      how a value becomes the bytes that are sealed
lookup       finding a row by its blind index
rotation     everything sealed anew under another root key
census       that no contact vanishes or comes back unnoticed
reckoning    whether the list is what was written last, as far as this process knows
backup       two files, and what they hold
contacts  broadcasts  journal (blobs, entries)  leases  statements  organisers  invitations  buttons
stepups  updates  bot  restored  silence  moments  audit  one repository a noun
"""

from bot.store.census import Doubt
from bot.store.contacts import SealedContact
from bot.store.entries import Entry
from bot.store.store import Store, Tx

__all__ = ["Doubt", "Entry", "SealedContact", "Store", "Tx"]
