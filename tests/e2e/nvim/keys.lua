-- A suggestion of three lines taken by word, by line and whole; the server hears of it once, when all of it is taken.
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local answer = vim.split(os.getenv('FIMD_ANSWER'), '\n', { plain = true })
local check, keys = T.check, T.keys

local function taken()
  return T.messages(function(message) return message.method == 'workspace/executeCommand' and message.params.command == 'fimd.accepted' end)
end

T.run(function()
  T.open('cart.js', { 'export function price(items) {', '  ^', '}' })
  T.insert()
  if not check('ghost text on the screen', T.coaxed_row(2, '  ' .. answer[1])) then error('no ghost text', 0) end
  check('all of its lines', T.row(4, answer[3]))
  check('the line below stays', T.row(5, '}'))

  keys('<M-Right>')
  check('a word is taken', T.line(2, '  const'))
  check('and the rest still shown', T.row(2, '  ' .. answer[1]))
  keys('<M-Right>')
  check('the next word with its blank', T.line(2, '  const total'))
  check('the rest is shown again', T.row(4, answer[3]))
  keys('<M-Down>')
  check('the rest of the line is taken', T.line(2, '  ' .. answer[1]))
  check('and no more', T.look().lines[3] == '}', T.look().lines)
  check('the other lines are still shown', T.row(4, answer[3]))
  check('the server has not been told yet', #taken() == 0, taken())
  keys('<M-Down>')
  check('the next line is taken', T.line(3, answer[2]))
  check('the last one is still shown', T.row(4, answer[3]))
  keys('<Tab>')
  check('Tab takes what is left', T.line(4, answer[3]))
  check('the line below is untouched', T.look().lines[5] == '}', T.look().lines)
  check('the server is told', vim.wait(15000, function() return #taken() > 0 end, 20))
  check('once', #taken() == 1, taken())
  keys('<Esc>u')
  check('undo takes back the last part alone', T.line(4, '}'))
  check('not the one before', T.look().lines[3] == answer[2], T.look().lines)

  T.open('away.js', { 'export function cost(items) {', '  ^', '}' })
  T.insert()
  check('ghost text in another file', T.coaxed_row(2, '  ' .. answer[1]))
  keys('<Space><BS><C-]>')   -- Neovim tells of the first two after the third
  check('the dismiss key hides it', T.row(2, ''))
  T.lua('vim.wait(500)')  -- longer than either client waits before it asks
  check('and it stays away', T.look().rows[2] == '', T.look().rows)
  keys('<M-Right>x')
  check('the keys take nothing then', T.line(2, '  x'))
end)
