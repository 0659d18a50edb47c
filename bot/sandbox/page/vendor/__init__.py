"""Other people's code that the chat page uses, byte for byte as published, with its licences beside it.

`htm-preact.js` is `preact/standalone.module.js` of the npm package htm 3.1.1 (Apache-2.0) with Preact (MIT).
"""
