-- Ghost text in a real Neovim with a model whose answer is known: seen, followed, taken, undone, saved, never stale.
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local answer = os.getenv('FIMD_ANSWER')
local plugin = os.getenv('FIMD_CLIENT') == 'plugin'
local check, keys = T.check, T.keys

T.run(function()
  local path = T.open('add.c', { 'int add(int a, int b) {', '  ^', '}' })
  T.insert()
  if not check('ghost text on the screen', T.coaxed_row(2, '  ' .. answer)) then error('no ghost text', 0) end
  check('but not in the buffer', T.look().lines[2] == '  ', T.look().lines)
  check('the line below stays', T.look().rows[3] == '}', T.look().rows)

  if plugin then  -- Neovim 0.12.4's own client inserts a text twice that was partly typed since it came
    keys(answer:sub(1, 3))
    local good = T.line(2, '  ' .. answer:sub(1, 3))
    check('it stays while it is typed', good and T.row(2, '  ' .. answer))
  end
  keys('<Tab>')
  check('Tab inserts the rest', T.line(2, '  ' .. answer))
  check('the cursor stands behind it', vim.deep_equal(T.look().cursor, { 2, 2 + #answer }), T.look().cursor)
  keys('<Esc>:write<CR>')
  local saved = vim.wait(15000, function()
    return vim.deep_equal(vim.fn.readfile(path), { 'int add(int a, int b) {', '  ' .. answer, '}' })
  end, 20)
  check('the file holds it', saved, vim.fn.readfile(path))
  if plugin then
    keys('u')
    check('undo takes back what Tab inserted and no more', T.line(2, '  ' .. answer:sub(1, 3)))
  end
  keys('<Esc>')

  T.open('wide.c', { 'const char *s = "\240\159\153\130\195\169";  ^' })
  T.insert()
  check('ghost text behind characters beyond ASCII',
    T.wait(function(look) return look.rows[1]:sub(-#answer) == answer end), T.look().rows)
  keys('<Tab>')
  check('is inserted at the right column', T.line(1, 'const char *s = "\240\159\153\130\195\169";  ' .. answer))
  keys('<Esc>')

  T.open('leave.c', { 'int sub(int a, int b) {', '  ^', '}' })
  T.insert()
  check('ghost text in a third file', T.row(2, '  ' .. answer))
  keys('<Esc>')
  check('is gone with insert mode', T.row(2, ''))
  if not plugin then return end

  T.insert()
  check('and comes back with it', T.row(2, '  ' .. answer))
  keys('<C-]>')
  check('the dismiss key hides it', T.row(2, ''))
  keys('<Tab>')
  check('Tab is Tab when nothing is shown', T.line(2, '    '))
  keys('<Esc>')

  -- Answers wait in the tap while a key is typed: what comes then belongs to an older text.
  T.open('stale.c', { 'int mul(int a, int b) {', '  ^', '}' })
  T.hold(true)
  local before = #T.requests()
  T.insert()
  check('a request is sent', T.wait_requests(before + 1))
  keys('zq')
  check('typing goes on without an answer', T.line(2, '  zq'))
  check('and sends the next request', T.wait_requests(before + 2))
  keys('<Esc>')
  check('insert mode ends', T.wait(function(look) return look.mode == 'n' end))
  T.hold(false)
  local answered = vim.wait(15000, function()
    return T.lua([[for _, client in pairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
        for _, request in pairs(client.requests or {}) do if request.type == 'pending' then return false end end
      end return true]])
  end, 20)
  check('late answers arrive', answered)
  check('and are not shown', T.look().rows[2] == '  zq', T.look().rows)

  local function told(list)
    return vim.wait(15000, function()
      return #T.messages(function(message)
        return message.method == 'fimd/diagnostics' and vim.deep_equal(message.params.diagnostics, list)
      end) > 0
    end, 20)
  end
  T.lua([[vim.diagnostic.set(vim.api.nvim_create_namespace('checker'), 0,
    { { lnum = 1, col = 2, end_lnum = 1, end_col = 4, message = 'no such name', severity = 1 } })]])
  check('the server is told what a checker says', told({ { message = 'no such name', range = {
    start = { line = 1, character = 0 }, ['end'] = { line = 1, character = 0 } } } }))
  T.lua([[vim.diagnostic.reset(vim.api.nvim_create_namespace('checker'), 0)]])
  check('and that it has nothing more to say', told({}))
end)
