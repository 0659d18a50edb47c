"""What people may do, one class a story. Each method works inside a transaction that its caller opens.

`subscriptions` join and leave · `reading` statements, updates, slogans · `organisers` enrolment ·
`audience` its size, about ·
`gate` codes and buttons · `broadcasts` from draft to report · `dispatch` the loop that delivers them
"""
