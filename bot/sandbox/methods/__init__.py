"""The Bot API methods the sandbox knows, one function each.

`call` what a method is given · `table` names to functions · `sending` new messages · `editing` changed and
deleted ones · `content` texts, buttons and files as bots send them · `polling` updates · `presses` answers to
buttons · `chats` who is where · `profile` what a bot says about itself and its files
"""
