"""One message to each reader, at Telegram's own speed limit, through crashes and floods.

`sender`: the seam to Telegram · `limits`: when the next message may leave, pure arithmetic · `line`: who
waits for it · `pacing`: send slots for the whole process · `breaker`: when to stop believing the answers ·
`agenda`: what is left, in which order · `ledger`: what is finished, in commit groups · `lease`: which shards
are ours · `lanes`: many under way at once · `errand`: how these work together · `run`: one broadcast being
sent · `revision`: one being undone or edited · `worker`: what the rest of the program calls.
"""
