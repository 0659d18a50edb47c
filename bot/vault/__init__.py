"""Keys and sealing: the only folder where a secret is readable. It knows no table, no chat and no clock.

primitives   every call into a crypto library
files        writing a key file so that no crash leaves half of it; the shred pad
keyring      keyring.json as bytes: slots, pairs, root keys, checks
slots        passphrases → master key, alone or two together; changing keyholders
keys         both, for the files of a home: made, opened, changed
vault        the unlocked vault: sealed records, blind indexes, keyed tags
mark         how far the census of the list had come, outside the database
derive       a short-lived process that turns passphrases into the master key
memory       overwriting a secret where it lies
passphrase   generating, reading and judging passphrases (words in wordlists/)
totp         the six digits of an organiser's authenticator
FORMAT.md    all of it, byte for byte
"""
