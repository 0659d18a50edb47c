# The mirror: what stands around the statements on its pages.

mirror-statements = Statements
mirror-slogans = Slogans
mirror-check = How to check
mirror-nav = This site
mirror-skip = Skip to the text
mirror-lead = Newest first
mirror-number = Statement { $number }
mirror-older = Before it: { $number }
mirror-newer = After it: { $number }
mirror-before = Page before
mirror-after = Next page
mirror-page = Page { $number } of { $count }
mirror-foot = No script, nothing from elsewhere, nobody counted. You may copy these pages, print them and pass them on.

mirror-file = The exact text:
mirror-signatures = Signatures:
mirror-unsigned = No signature lies beside this text.
mirror-leaflets = To print:
mirror-how = How to check it yourself

mirror-check-lead = A forged page can say anything, also that it is genuine. These commands run on your own machine and need neither this site nor the bot: only the files, and keys that you have from people you trust.
mirror-keys = Who may sign
mirror-keys-none = No keys lie beside this mirror. Ask the group for them in person, or look on a leaflet you have from before.
mirror-keys-warning = Compare these with a leaflet or with somebody you trust before you rely on them: whoever forges a page forges its keys too.
mirror-keys-needed =
    { $count ->
        [one] One of them must have signed a text.
       *[other] { $count } of them must have signed a text.
    }
mirror-keys-file = For the commands below:
mirror-key-revoked = revoked on { $day }: nothing new that it signs counts
mirror-key-until = may sign until { $day }
mirror-check-one = One text
mirror-check-one-how = Save the text, its signature and allowed_signers as they lie here, without opening or changing them. "Good signature" means that this key signed exactly these bytes. Repeat it for every signer.
mirror-check-minisign = The same with minisign:
mirror-check-all = The whole mirror
mirror-check-all-how = The index names every file with its SHA-256, and every text with its code and the one before it. Put a signer's name in the place of NAME:
mirror-heartbeat = Is it the newest?
mirror-heartbeat-how = The heartbeat says which statement is the newest, and on which day that was true. It promises nothing about later days. If the day is long ago, ask elsewhere: somebody may be holding back what came after.
mirror-heartbeat-none = Nobody has named a day in this one.
mirror-elsewhere = Other ways to us
mirror-elsewhere-how = Write these down now, for the day on which this one is blocked.
mirror-code = The code
mirror-code-how = The code under a text changes with every visible letter, and stays when the text is copied. It shows that two copies are the same. It does not show who wrote them, since anybody can work it out.

## In chat: where to look when this bot is gone

elsewhere = If this bot goes silent or is blocked, look here. Write it down now:
elsewhere-bot = { $name } (takes over if this bot is taken away; its list begins empty, so subscribe there anew)
