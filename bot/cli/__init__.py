"""The `handbill` command: one file a noun, each command a few lines around what other folders do.

main      the command as a whole, and what becomes of errors
terminal  how the program speaks: results on stdout, prompts on the terminal, everything else on stderr
access    the open vault: through the running service, or with passphrases
init · run · locking · status · token · slots · organisers · statements · database ·
sandbox · doctor
"""
