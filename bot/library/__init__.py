"""Statements and slogans as files: read, checked, rendered. Needs no vault, database or network.

canon     the canonical text and its code        source    bytes to lines, and where an error stands
header    a statement file to a `Statement`      fields    what each header line may say
markdown  the body to blocks                     render    a statement as Telegram messages
slogans   slogan files                           proof     all a file must hold, code and links included
sshsig    signatures of ssh-keygen, checked      minisign  signatures of minisign, checked
signing   signing with both programs             signatures  what signature files are called
series    number, date and Prev of a new one     verifying  files against a trust file
recognise which statement a text is              likeness  how it differs, word by word
wire      what keys and signatures are made of   trust     who may sign, and whether enough did
shelf     folders of files, checked together     skeleton  a new file to begin with
mirror/   the statements as a web site           mail      statements as e-mails
print/    the statements on paper                languages  their names, and on which side they begin
"""
