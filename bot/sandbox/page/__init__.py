"""The chat page: people and groups on the left, on the right a chat as its reader sees it.

`serve` the HTTP side · `index.html` the frame · `page.js` start and layout · `world.js` what is shown, kept
fresh · `api.js` asking the sandbox · `people.js` the list · `chat.js` one chat · `bubble.js` `entities.js`
`service.js` one message · `compose.js` writing · `actions.js` what can be done to a chat · `faults.js` the
figures and faults · `dialog.js` windows · `base.css` colours and controls · `page.css` layout · `chat.css`
`text.css` messages · `compose.css` writing · `vendor/` Preact and htm
"""
