"""The people's side over HTTP, for whoever does not write Python: JSON in, JSON out, below /world.

`routes` addresses · `desk` finding who is named, reading bodies, answering · `forms` the bodies · `people`
people and groups · `chats` writing, pressing, reading · `overview` lists of chats · `service` bots, figures,
faults · `events` telling that something changed.
Manual: ../README.md.
"""
