"""The mirror: statements as a web site of plain files. Needs no vault, database, network or clock.

edition    what goes into one, signatures included   build     all files of it, by name
prose      a statement's Markdown to HTML            markup    elements, escaped by construction
page       the frame around every page               style     colours and type
reading    a statement's pages                       lists     the list of statements, and the slogans
checking   keys, and how to check                    feed      Atom
manifest   the index and the heartbeat, to be signed folder    putting all of it in place
trust      the public keys in trust.toml
"""
