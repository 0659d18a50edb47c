"""Between the terminal and the running service: one JSON line there, one back, over a socket in the home.

messages   what can be asked and answered; of the audit: audit; what all have in common: message
wire       the same as lines of JSON
desk       answering what needs the open database, in the service or without one
upkeep     the part of it that is about the database as a whole
archive    the part of it that is about the audit
server     the socket's end in the service
client     the socket's end in the terminal
founding   making a home
restoring  making one from a backup
destroying the end of one: keys first
home       what makes a home, the path of its socket, and one service at a time
process    what a process does before it touches a secret
room       whether the disk has any left
waiting    the first of two keyholders
grace      from the dead man's lock to the end of the keys
deadline   a moment after which something is over
"""
