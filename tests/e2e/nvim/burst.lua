-- Twelve keys while every answer is held back: what the answers were for is gone when they come, and must not be drawn.
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local answer = os.getenv('FIMD_ANSWER')
local plugin = os.getenv('FIMD_CLIENT') == 'plugin'
local check, keys = T.check, T.keys

local function nothing_waits()
  return T.lua([[for _, client in ipairs(require('fimd.clients').list()) do
      for _, request in pairs(client.requests or {}) do if request.type == 'pending' then return false end end
    end return true]])
end

T.run(function()
  T.open('warm.c', { 'int sub(int a, int b) {', '  ^', '}' })
  T.insert()
  if not check('the server has its model', T.coaxed_row(2, '  ' .. answer)) then error('no ghost text', 0) end
  keys('<Esc>')

  T.open('burst.c', { 'int add(int a, int b) {', '  ^', '}' })
  T.hold(true)
  T.insert()
  local typed, wrong = '  ', {}
  for _, key in ipairs({ 'i', 'f', '<Space>', '(', 'a', '<Space>', '<lt>', '<Space>', 'b', ')', '<Space>', '{' }) do
    local asked = #T.requests()
    keys(key)
    typed = typed .. (({ ['<Space>'] = ' ', ['<lt>'] = '<' })[key] or key)
    if not T.wait(function(look) return look.lines[2] == typed end) then wrong[#wrong + 1] = T.look().lines[2] end
    T.wait_requests(asked + 1)   -- a request for each key, none of them answered
    local row = T.look().rows[2]
    if row ~= (typed:gsub('%s+$', '')) then wrong[#wrong + 1] = row end
  end
  check('twelve keys, each with its request, and nothing on the screen but what was typed', #wrong == 0, wrong)
  keys('<Esc>')
  check('insert mode ends', T.wait(function(look) return look.mode == 'n' end))
  T.hold(false)
  check('the answers arrive', vim.wait(15000, nothing_waits, 20))
  check('and none is drawn', T.row(2, typed) and T.look().rows[3] == '}', T.look().rows)

  -- An answer that comes before the next request goes out, which would cancel its own.
  T.open('again.c', { 'int mul(int a, int b) {', '  ^', '}' })
  T.hold(true)
  local asked = #T.requests()
  T.insert()
  check('a request is sent and waits', T.wait_requests(asked + 1))
  if plugin then T.lua([[require('fimd.ghost').start(60000)]]) end
  keys('zq')
  check('the text moves on', T.line(2, '  zq'))
  T.hold(false)
  check('its answer comes', vim.wait(15000, nothing_waits, 20))
  local look = T.look()
  check('and is not drawn over the newer text', not look.rows[2]:find(answer:sub(3), 1, true), look.rows)
  if plugin then T.lua([[require('fimd.ghost').start(60)]]) end
  keys('<Esc>')

  -- What is on the screen goes with the first key that does not fit it, without an answer to wait for.
  T.open('drawn.c', { 'int div(int a, int b) {', '  ^', '}' })
  T.insert()
  check('ghost text to begin with', T.coaxed_row(2, '  ' .. answer))
  T.hold(true)
  keys('q')
  check('is gone with a key that does not fit', T.row(2, '  q'))
end)
