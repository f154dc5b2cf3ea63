-- A burst of keys while the model hangs: a real llama-server is stopped in mid-air and goes on later. At every key the
-- screen shows the typed text alone or with a suggestion that belongs to it; afterwards the model's answer comes.
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local answer, model = os.getenv('FIMD_ANSWER'), tonumber(os.getenv('FIMD_MODEL_PID'))
local check, keys = T.check, T.keys

-- The item, if any, that explains what is drawn behind the cursor: asked for in this row, left of the cursor or at it,
-- and equal to what was typed since plus what is drawn.
local function explained(look)
  local row, column = look.cursor[1], look.cursor[2]
  local line, drawn = look.lines[row], look.rows[row]
  if drawn == line:gsub('%s+$', '') then return true end
  if drawn:sub(1, column) ~= line:sub(1, column) then return false end
  local positions = {}
  for _, request in ipairs(T.requests()) do positions[request.id] = request.params.position end
  local answers = T.messages(function(message, from)
    return from == 'server' and positions[message.id] and type(message.result) == 'table'
  end)
  for _, message in ipairs(answers) do
    local at = positions[message.id]
    for _, item in ipairs(message.result.items or message.result) do
      local start = item.range and item.range.start.character or at.character
      local whole = line:sub(1, start) .. vim.split(item.insertText, '\n', { plain = true })[1]
      if at.line == row - 1 and at.character <= column and drawn == (whole .. line:sub(column + 1)):gsub('%s+$', '') then
        return true
      end
    end
  end
  return false
end

T.run(function()
  T.open('burst.c', { 'int add(int a, int b) {', '  ^', '}' })
  vim.loop.kill(model, 'sigstop')
  T.insert()
  local typed, wrong, asked = '  ', {}, 0
  for i, key in ipairs({ 'i', 'f', '<Space>', '(', 'a', '<Space>', '<lt>', '<Space>', 'b', ')', '<Space>', '{' }) do
    keys(key)
    typed = typed .. (({ ['<Space>'] = ' ', ['<lt>'] = '<' })[key] or key)
    local good, look = T.wait(function(look) return look.lines[2] == typed end)
    if not good or not explained(look) then wrong[#wrong + 1] = look.rows[2] end
    if i % 3 == 0 then                -- with a request on its way the next key makes its answer stale
      asked = asked + 1
      T.wait_requests(asked)
      if not explained(T.look()) then wrong[#wrong + 1] = T.look().rows[2] end
    end
  end
  -- Neovim 0.12.4's own client redraws what it has over the newer text until the next answer comes.
  if os.getenv('FIMD_CLIENT') == 'plugin' then check('nothing stale is shown during the burst', #wrong == 0, wrong) end
  check('requests went out during the burst', #T.requests() >= 4, #T.requests())

  local answered = vim.wait(15000, function() return #T.answers() == #T.requests() end, 20)
  check('every request is answered while the model hangs', answered)
  -- -32800 is the answer to a request that the client has cancelled.
  local errors = T.messages(function(message, from)
    return from == 'server' and message.error ~= nil and message.error.code ~= -32800
  end)
  check('none with an error of the model', #errors == 0, errors)
  check('what stands on the screen then belongs to the text', T.wait(explained), T.look().rows)

  vim.loop.kill(model, 'sigcont')
  keys('<Esc>')
  T.open('after.c', { 'int add(int a, int b) {', '  ^', '}' })
  T.insert()
  check('the model is used again when it goes on', T.coaxed_row(2, '  ' .. answer))
end)
vim.loop.kill(model, 'sigcont')
