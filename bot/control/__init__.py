"""Between the terminal and the running service: one JSON line there, one back, over a socket in the home.

messages   what can be asked and answered; of the audit: audit, and of all of them: wire
desk       answering what needs the open database, in the service or without one
archive    answering what is asked about the audit
server     the socket's end in the service
client     the socket's end in the terminal
founding   making a home
home       what makes a home, the path of its socket, and one service at a time
process    what a process does before it touches a secret
waiting    the first of two keyholders
deadline   a moment after which something is over
"""
