"""What people may do, one class a story. Each method works inside a transaction that its caller opens.

`subscriptions` join and leave · `reading` statements, updates · `slogans` in turn · `recurring` slogans
again and again · `choosing` which broadcast is meant · `organisers` enrolment ·
`council` freezing and what several decide · `policy` the sealed settings · `audience` its size, about ·
`gate` codes and buttons · `broadcasts` from draft to report · `agreed` what is agreed to ·
`revisions` undo and edit · `dispatch` the loop that delivers them · `printing` leaflets and posters ·
`presence` what is odd about an organiser's account · `audit` what is written down · `census` whether the
list is the one that was written last · `holding` what waits for people to decide · `copied` after a restore
"""
